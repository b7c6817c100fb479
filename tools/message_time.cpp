#include "message_time.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>

namespace sluice::tools {

namespace {

std::optional<double> seconds_of(const std::string& unit) {
  if (unit == "ns") return 1e-9;
  if (unit == "us") return 1e-6;
  if (unit == "ms") return 1e-3;
  if (unit == "s") return 1.0;
  return std::nullopt;
}

}  // namespace

double monotonic_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::optional<Stamp> stamp_of(const Field& field, const Number& number) {
  const auto unit = seconds_of(field.unit);
  const double count = as_double(number);
  if (!unit || count == 0 || !std::isfinite(count)) return std::nullopt;
  const double step = *unit * scale_of(field);
  const double time = count * step;
  if (!is_floating(number.scalar)) return Stamp{std::min(time, time + step), std::max(time, time + step)};
  constexpr double rounding = 1.0 / (1 << 24);  // of a number of 24 digits
  const double error = number.scalar == Scalar::f32 ? std::abs(time) * rounding : 0;
  return Stamp{time - error, time + error};
}

std::optional<double> age_of(const Stamp& stamp, double now) {
  constexpr double clock_jitter = 1e-3;  // a double holds a month of seconds to less than a microsecond
  const double age = now - stamp.earliest;
  if (!(age > -clock_jitter && age < kOldestAge)) return std::nullopt;
  return std::max(age, 0.0);
}

std::optional<double> age_of(const Record& message, double now) {
  const auto member = std::find_if(message.members.begin(), message.members.end(),
                                   [](const Member& each) { return each.field->role == "timestamp"; });
  if (member == message.members.end()) return std::nullopt;
  const auto* const number = member->value.as<Number>();
  const auto stamp = number != nullptr ? stamp_of(*member->field, *number) : std::nullopt;
  return stamp ? age_of(*stamp, now) : std::nullopt;
}

}  // namespace sluice::tools
