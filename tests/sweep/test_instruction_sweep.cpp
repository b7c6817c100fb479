// The same kills as test_kill_sweep.cpp, but behind each machine instruction of the optimised code, as it ships: what
// the compiler makes of the journal's order is what a process really dies in. Each state of the shared memory that is
// seen between two instructions is handed to a successor. This needs ptrace, and is not run where that is forbidden.
#include <doctest/doctest.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include "crashes.hpp"
#include "operations.hpp"
#include "stage.hpp"

using namespace sweep;

namespace {

using LiveStage = Stage<LiveMemory>;

struct Counts {
  std::uint64_t operations = 0;
  std::uint64_t instructions = 0;
  std::uint64_t states = 0;
};

std::string complaint_about(LiveStage stage, const Snapshot& crash, Role dead) {
  stage.bytes().restore(crash);
  stage.succeed(dead);
  if (stage.violations().empty()) stage.finish();
  return stage.violations().empty() ? "" : stage.violations().front();
}

void sweep_order(Order order, const char* name) {
  Counts counts;
  for (const Operation<LiveMemory>& operation : operations<LiveMemory>(order)) {
    LiveStage stage(order, kCapacity, operation.reuse);
    warm_up(stage);
    operation.prepare(stage);
    const std::vector<Snapshot> crashes = seen_behind_each_instruction(
        stage.bytes(), [&] { operation.run(stage); }, counts.instructions);
    if (crashes.empty()) {
      MESSAGE("not run: this system lets no process trace its child");
      return;
    }
    ++counts.operations;
    for (const Snapshot& crash : crashes) {
      ++counts.states;
      const std::string complaint = complaint_about(stage, crash, operation.role);
      CHECK_MESSAGE(complaint.empty(), name, ", ", operation.name, ": ", complaint);
    }
  }
  std::printf("instruction sweep, %s: %llu operations, %llu instructions, %llu states of the shared memory\n", name,
              static_cast<unsigned long long>(counts.operations), static_cast<unsigned long long>(counts.instructions),
              static_cast<unsigned long long>(counts.states));
  CHECK(counts.states > counts.operations);
}

}  // namespace

TEST_CASE("killed behind any machine instruction of fifo, a role is recovered") { sweep_order(Order::fifo, "fifo"); }

TEST_CASE("killed behind any machine instruction of lifo, a role is recovered") { sweep_order(Order::lifo, "lifo"); }

TEST_CASE("killed behind any machine instruction of latest, a role is recovered") {
  sweep_order(Order::latest, "latest");
}
