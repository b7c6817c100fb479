// A file of shared memory that bears one of the runtime's names: the name taken apart, and whose file it is.
// What is in it nobody has looked at yet.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "role_lock.hpp"

namespace sluice::tools {

struct WindowFile {
  std::string file_name;      // "sluice.1000.demo.imu.left"
  std::string path;           // "/dev/shm/sluice.1000.demo.imu.left"
  std::optional<uid_t> user;  // whose own name it is; none: a shared one
  std::string dotted;         // "demo.imu.left": channel and instance; empty if it is no channel's name
  bool is_half_made = false;  // ".sluice.4242.0": has no name of a channel yet
  mode_t mode = 0;            // kind and permissions
  uid_t owner = 0;
  gid_t group = 0;
  std::uint64_t bytes = 0;
  std::uint64_t allocated_bytes = 0;  // less than `bytes`: it has holes
  detail::Inode inode;
};

/// Takes a file's name apart. None: it is not one that the runtime gives, nor looks like one.
std::optional<WindowFile> window_file_named(std::string_view file_name);

/// Looks at the file, following no link. False: nothing stands there.
bool look_at(WindowFile& file);

/// All such files that are there now, by name. Throws ToolError where the folder cannot be read.
std::vector<WindowFile> window_files();

/// The files that a user may mean by `name`, the first that is there being meant, as open() would look for them: the
/// user's own, the shared one, and the file of that name. "demo.imu/left", "demo.imu.left" and either file's path.
std::vector<std::string> files_meant_by(const std::string& name);

/// A user's name from the system's list, or the number.
std::string user_name(uid_t user);

}  // namespace sluice::tools
