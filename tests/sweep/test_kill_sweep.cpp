// Scenarios 1, 2, 3 and 4: a process is killed at each store to a shared word, in each operation of each order, and
// again in each store of the recovery that follows. Every case is run; the counts are printed.
#include <doctest/doctest.h>

#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "crashes.hpp"
#include "operations.hpp"
#include "stage.hpp"
#include "sweep_memory.hpp"

using namespace sweep;

namespace {

using KilledStage = Stage<SweepMemory>;
using KilledOperation = Operation<SweepMemory>;

constexpr Order kOrders[] = {Order::fifo, Order::lifo, Order::latest};

const char* to_string(Order order) { return order == Order::fifo ? "fifo" : order == Order::lifo ? "lifo" : "latest"; }

struct Counts {
  std::uint64_t operations = 0;
  std::uint64_t kills = 0;
  std::uint64_t kills_behind = 0;

  void print(const char* what) const {
    std::printf("%s: %llu operations, killed at %llu stores, %llu times more behind that\n", what,
                static_cast<unsigned long long>(operations), static_cast<unsigned long long>(kills),
                static_cast<unsigned long long>(kills_behind));
  }
};

/// What went wrong, and where: "latest, publish, killed at store 7: slot 2 is in 0 places".
using Complaints = std::vector<std::string>;

KilledStage prepared(const KilledOperation& operation) {
  KilledStage stage(operation.order, kCapacity, operation.reuse);
  warm_up(stage);
  operation.prepare(stage);
  return stage;
}

void judge(KilledStage stage, const Snapshot& crash, Role dead, const std::string& where, Complaints& complaints) {
  stage.bytes().restore(crash);
  stage.succeed(dead);
  if (stage.violations().empty()) stage.finish();
  if (!stage.violations().empty()) complaints.push_back(where + ": " + stage.violations().front());
}

/// Kills the operation at each store and judges what a successor makes of it.
void sweep_operation(const KilledOperation& operation, Counts& counts, Complaints& complaints) {
  KilledStage stage = prepared(operation);
  const std::vector<Snapshot> crashes = killed_at_each_store(stage.bytes(), [&] { operation.run(stage); });
  ++counts.operations;
  for (std::size_t store = 0; store < crashes.size(); ++store, ++counts.kills) {
    const std::string where = std::string(to_string(operation.order)) + ", " + operation.name + ", killed at store " +
                              std::to_string(store + 1);
    judge(stage, crashes[store], operation.role, where, complaints);
  }
}

/// As sweep_operation(), and each recovery is killed at each of its stores too, and recovered from.
void sweep_recovery(const KilledOperation& operation, Counts& counts, Complaints& complaints) {
  KilledStage stage = prepared(operation);
  const std::vector<Snapshot> crashes = killed_at_each_store(stage.bytes(), [&] { operation.run(stage); });
  ++counts.operations;
  for (std::size_t store = 0; store < crashes.size(); ++store, ++counts.kills) {
    stage.bytes().restore(crashes[store]);
    const std::vector<Snapshot> second = killed_at_each_store(stage.bytes(), [&] { stage.succeed(operation.role); });
    for (std::size_t again = 0; again < second.size(); ++again, ++counts.kills_behind) {
      const std::string where = std::string(to_string(operation.order)) + ", " + operation.name + ", killed at store " +
                                std::to_string(store + 1) + ", and at store " + std::to_string(again + 1) +
                                " of the recovery";
      judge(stage, second[again], operation.role, where, complaints);
    }
  }
}

void first_deeds(KilledStage& stage, Role role) {
  if (role == Role::producer) {
    stage.loan_and_publish(2);
  } else {
    stage.take();
    stage.release(0);
    stage.take();
  }
}

/// As sweep_operation(), and the successor is killed at each store of what it does first: what its recovery left shows.
void sweep_successor(const KilledOperation& operation, Counts& counts, Complaints& complaints) {
  KilledStage stage = prepared(operation);
  const std::vector<Snapshot> crashes = killed_at_each_store(stage.bytes(), [&] { operation.run(stage); });
  ++counts.operations;
  for (std::size_t store = 0; store < crashes.size(); ++store, ++counts.kills) {
    KilledStage next = stage;
    next.bytes().restore(crashes[store]);
    next.succeed(operation.role);
    const std::vector<Snapshot> second = killed_at_each_store(next.bytes(), [&] { first_deeds(next, operation.role); });
    for (std::size_t again = 0; again < second.size(); ++again, ++counts.kills_behind) {
      const std::string where = std::string(to_string(operation.order)) + ", " + operation.name + ", killed at store " +
                                std::to_string(store + 1) + ", and at store " + std::to_string(again + 1) +
                                " of what the successor did";
      judge(next, second[again], operation.role, where, complaints);
    }
  }
}

void report(const Complaints& complaints) {
  for (std::size_t at = 0; at < complaints.size() && at < 10; ++at) MESSAGE(complaints[at]);
  CHECK(complaints.size() == 0);
}

template <class Sweep>
Complaints sweep_all(Sweep sweep, const char* what) {
  Complaints complaints;
  for (const Order order : kOrders) {
    Counts counts;
    for (const KilledOperation& operation : operations<SweepMemory>(order)) sweep(operation, counts, complaints);
    counts.print((std::string(what) + ", " + to_string(order)).c_str());
  }
  return complaints;
}

}  // namespace

TEST_CASE("scenario 1: a producer killed at any store of any operation is succeeded: nothing lost, torn or leaked") {
  report(sweep_all(
      [](const KilledOperation& operation, Counts& counts, Complaints& complaints) {
        if (operation.role == Role::producer) sweep_operation(operation, counts, complaints);
      },
      "sweep of the producer"));
}

TEST_CASE("scenario 2: a consumer killed at any store of any operation is succeeded: repeats are marked") {
  report(sweep_all(
      [](const KilledOperation& operation, Counts& counts, Complaints& complaints) {
        if (operation.role == Role::consumer) sweep_operation(operation, counts, complaints);
      },
      "sweep of the consumer"));
}

TEST_CASE("scenario 3: killed at any store of a recovery too, the next one ends in the same way") {
  report(sweep_all(sweep_recovery, "sweep of recovery"));
}

TEST_CASE("scenario 3: killed at any store of what a successor does first, the next one ends in the same way") {
  report(sweep_all(sweep_successor, "sweep of successors"));
}

TEST_CASE("scenario 4: both roles killed at any store, recovered in either order") {
  Complaints complaints;
  for (const Order order : kOrders) {
    Counts counts;
    const auto all = operations<SweepMemory>(order);
    for (const KilledOperation& producing : all) {
      if (producing.role != Role::producer || producing.name.find("publish") != 0) continue;
      for (const KilledOperation& consuming : all) {
        if (consuming.role != Role::consumer) continue;
        KilledStage stage(order, kCapacity);
        warm_up(stage);
        consuming.prepare(stage);
        stage.loan(1);
        ++counts.operations;
        for (const Snapshot& one : killed_at_each_store(stage.bytes(), [&] { producing.run(stage); })) {
          stage.bytes().restore(one);
          for (const Snapshot& both : killed_at_each_store(stage.bytes(), [&] { consuming.run(stage); })) {
            ++counts.kills;
            const std::string where = std::string(to_string(order)) + ", " + producing.name + " and " + consuming.name;
            for (const bool producer_first : {true, false}) {
              KilledStage next = stage;
              next.bytes().restore(both);
              next.succeed(producer_first ? Role::producer : Role::consumer);
              next.succeed(producer_first ? Role::consumer : Role::producer);
              if (next.violations().empty()) next.finish();
              if (!next.violations().empty()) complaints.push_back(where + ": " + next.violations().front());
            }
          }
        }
      }
    }
    counts.print((std::string("both killed, ") + to_string(order)).c_str());
  }
  report(complaints);
}
