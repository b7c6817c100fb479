// What about the machine may trouble its channels: room, limits, and who else removes shared memory.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "finding.hpp"

namespace sluice::tools {

/// Facts, read once; tests make their own.
struct Machine {
  std::uint64_t total_bytes = 0;  // of shared memory
  std::uint64_t free_bytes = 0;
  std::uint64_t total_inodes = 0;  // 0: not counted
  std::uint64_t free_inodes = 0;
  std::uint64_t lockable_bytes = 0;  // RLIMIT_MEMLOCK; all bits set: no limit
  std::string huge_pages;            // of shared memory: "never", "advise"; empty: the kernel has none
  bool may_lock_all = false;         // CAP_IPC_LOCK, which root has
  bool loses_names = false;          // RemoveIPC, for one of the users asked about
  std::string remove_ipc_source;     // the file that says so; empty: it is the default

  /// @param users  whose windows there are
  static Machine look(const std::vector<uid_t>& users);
};

/// @param largest_window  in bytes
Findings findings_on(const Machine& machine, std::uint64_t largest_window);

}  // namespace sluice::tools
