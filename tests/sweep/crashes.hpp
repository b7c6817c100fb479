// All states in which the death of a process can leave a channel: found by killing a child at each of its stores, or
// by looking at the shared memory behind each of its machine instructions.
#pragma once

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <vector>

#include "stage.hpp"
#include "sweep_memory.hpp"

namespace sweep {

using Snapshot = std::vector<std::byte>;

/// Kills a child at its k-th store, for k = 1 to K and once behind the last. The memory is left as `before`.
inline std::vector<Snapshot> killed_at_each_store(SharedBytes& bytes, const std::function<void()>& operation) {
  const Snapshot before = bytes.snapshot();
  std::vector<Snapshot> crashes;
  for (std::uint64_t store = 1;; ++store) {
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child == 0) {
      SweepMemory::arm(store);
      operation();
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) && !(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)) {
      throw std::runtime_error("a child died by itself");
    }
    crashes.push_back(bytes.snapshot());
    bytes.restore(before);
    if (WIFEXITED(status)) return crashes;
  }
}

/// Steps a child through its machine code and keeps each state of the shared memory that differs from the one before.
/// Empty if this system does not let a process trace its child.
inline std::vector<Snapshot> seen_behind_each_instruction(SharedBytes& bytes, const std::function<void()>& operation,
                                                          std::uint64_t& instructions) {
  const Snapshot before = bytes.snapshot();
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(1);
    raise(SIGSTOP);
    operation();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFSTOPPED(status)) return {};
  std::vector<Snapshot> crashes{before};
  while (ptrace(PTRACE_SINGLESTEP, child, nullptr, nullptr) == 0 && waitpid(child, &status, 0) == child &&
         WIFSTOPPED(status)) {
    ++instructions;
    if (bytes.differs_from(crashes.back())) crashes.push_back(bytes.snapshot());
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error("a child died by itself");
  bytes.restore(before);
  return crashes;
}

}  // namespace sweep
