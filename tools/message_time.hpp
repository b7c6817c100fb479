// When a message came about, by its field of role timestamp: on CLOCK_MONOTONIC, if it is that.
#pragma once

#include <optional>

#include "value.hpp"

namespace sluice::tools {

/// Seconds on CLOCK_MONOTONIC.
double monotonic_now();

/// How old the message is, in seconds. None: the schema has no timestamp in s, ms, us or ns, or it is no time of this
/// clock: in the future, or more than a day ago.
std::optional<double> age_of(const Record& message, double now);

}  // namespace sluice::tools
