// When a message came about, by its field of role timestamp: on CLOCK_MONOTONIC, if it is that.
#pragma once

#include <cstdint>
#include <optional>

#include "value.hpp"

namespace sluice::tools {

/// Seconds on CLOCK_MONOTONIC.
double monotonic_now();
std::uint64_t monotonic_nanoseconds();

/// When a message says that it came about, in seconds: between two times, since a count of milliseconds is up to one
/// millisecond old when it is written down.
struct Stamp {
  double earliest = 0;
  double latest = 0;
};

/// None: the field is not in s, ms, us or ns, or it is 0, as one that was not set.
std::optional<Stamp> stamp_of(const Field& field, const Number& number);

/// That time as the field counts it, in its unit and scale; a whole number is rounded down. None: its type cannot hold
/// it, or its unit is none of s, ms, us and ns.
std::optional<Number> time_in(const Field& field, std::uint64_t nanoseconds);

inline constexpr double kOldestAge = 86'400;  // seconds: what seems to be older has no stamp of this clock

/// How old what has that stamp is, in seconds. None: it is no time of this clock, but in the future, or more than a day
/// ago.
std::optional<double> age_of(const Stamp& stamp, double now);
}  // namespace sluice::tools
