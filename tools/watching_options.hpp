// What the commands that watch a channel have in common on the command line.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "command.hpp"
#include "command_line.hpp"

namespace sluice::tools {

inline std::chrono::nanoseconds seconds(double seconds) {
  constexpr double longest = 9e9;  // a clock's nanoseconds end soon after
  return std::chrono::nanoseconds(static_cast<std::int64_t>(std::min(seconds, longest) * 1e9));
}

/// --wait [SECONDS]: for a channel that is not there yet.
class WaitOption {
 public:
  void add_to(Subcommand& command);
  /// None once there is a window, and at once without --wait: the command then says itself that there is none. Else
  /// how the command ends, said in a sentence on stderr: none came in time, or it was interrupted.
  std::optional<Exit> until_there(const std::string& command, const std::string& name) const;

 private:
  CommandOption option_;
  std::optional<double> seconds_;
};

}  // namespace sluice::tools
