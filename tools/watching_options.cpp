#include "watching_options.hpp"

#include <fmt/format.h>

#include "followed_channel.hpp"
#include "stop_signal.hpp"

namespace sluice::tools {

void WaitOption::add_to(Subcommand& command) {
  option_ =
      command.add_option("--wait", seconds_, "wait for a channel that is not there yet; without SECONDS, for ever")
          .expected(0, 1)
          .not_negative()
          .option_text("[SECONDS]");
}

std::optional<Exit> WaitOption::until_there(const std::string& command, const std::string& name) const {
  if (!option_.is_given()) return std::nullopt;
  std::optional<std::chrono::nanoseconds> patience;
  if (seconds_) patience = seconds(*seconds_);
  if (wait_for_window(name, patience)) return std::nullopt;
  const char* const interrupted = is_stopped() ? ", then it was interrupted" : "";
  fmt::print(stderr, "sluice {}: no window '{}' came{}\n", command, name, interrupted);
  return is_stopped() ? Exit::done : Exit::refused;
}

}  // namespace sluice::tools
