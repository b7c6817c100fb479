#include "message_time.hpp"

#include <algorithm>
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

std::optional<double> age_of(const Record& message, double now) {
  const auto stamp = std::find_if(message.members.begin(), message.members.end(),
                                  [](const Member& member) { return member.field->role == "timestamp"; });
  if (stamp == message.members.end()) return std::nullopt;
  const auto unit = seconds_of(stamp->field->unit);
  const auto* const number = stamp->value.as<Number>();
  if (!unit || number == nullptr) return std::nullopt;
  constexpr double clock_jitter = 1e-3;  // a double holds a month of seconds to less than a microsecond
  constexpr double day = 86'400;
  const double age = now - as_double(*number) * *unit;
  if (!(age > -clock_jitter && age < day)) return std::nullopt;
  return std::max(age, 0.0);
}

}  // namespace sluice::tools
