// Ctrl-C, or a kill, ends a command that watches: it finishes what it prints, and sums up.
#pragma once

#include <chrono>

namespace sluice::tools {

/// Takes SIGINT and SIGTERM for the rest of the process; a second one of them ends it at once.
void stop_at_signals();
bool is_stopped() noexcept;

/// Sleeps, but not past a signal.
void sleep_unless_stopped(std::chrono::nanoseconds time);

}  // namespace sluice::tools
