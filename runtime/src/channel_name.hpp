// Under which name a channel instance stands in shared memory, and how people are told of it.
#pragma once

#include <string>
#include <string_view>

namespace sluice::detail {

/// Where named shared memory lives on Linux.
inline constexpr const char* kSharedMemoryFolder = "/dev/shm";

/// `own`: with the user in the name, for that user alone. `shared`: without.
enum class NameKind { own, shared };

struct ChannelName {
  std::string channel;   // "demo.imu"
  std::string instance;  // may be empty

  /// For people: channel 'demo.imu', or channel 'demo.imu', instance 'left'.
  std::string shown() const;
  std::string path(NameKind kind) const;
};

/// [a-z][a-z0-9_]*, at most 64 characters: no path can leave the folder.
bool is_valid_part(std::string_view part) noexcept;

}  // namespace sluice::detail
