// Under which name a channel instance stands in shared memory, and how people are told of it.
#pragma once

#include <string>
#include <string_view>

namespace sluice::detail {

/// Where named shared memory lives on Linux.
inline constexpr const char* kSharedMemoryFolder = "/dev/shm";

struct ChannelName {
  std::string channel;   // "demo.imu"
  std::string instance;  // may be empty

  /// For people: channel 'demo.imu', or channel 'demo.imu', instance 'left'.
  std::string shown() const;
  /// The file of a channel of this user's own.
  std::string own_path() const;
  /// The file of a channel that is shared with others.
  std::string shared_path() const;
};

/// [a-z][a-z0-9_]*, at most 64 characters: no path can leave the folder.
bool is_valid_part(std::string_view part) noexcept;

}  // namespace sluice::detail
