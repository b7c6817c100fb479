#include "message_time.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <ctime>
#include <limits>

namespace sluice::tools {

namespace {

std::optional<double> seconds_of(const std::string& unit) {
  if (unit == "ns") return 1e-9;
  if (unit == "us") return 1e-6;
  if (unit == "ms") return 1e-3;
  if (unit == "s") return 1.0;
  return std::nullopt;
}

std::optional<std::uint64_t> floating_bits(Scalar scalar, double count) {
  const double most = scalar == Scalar::f64 ? std::numeric_limits<double>::max()
                                            : static_cast<double>(std::numeric_limits<float>::max());
  if (!(std::abs(count) <= most)) return std::nullopt;
  if (scalar == Scalar::f64) return std::bit_cast<std::uint64_t>(count);
  return std::bit_cast<std::uint32_t>(static_cast<float>(count));
}

std::optional<std::uint64_t> whole_bits(Scalar scalar, long double count) {
  const int bits = static_cast<int>(8 * bytes_of(scalar)) - (is_signed(scalar) ? 1 : 0);
  const long double end = std::ldexp(1.0L, bits);  // the first number that does not fit
  if (!(count >= (is_signed(scalar) ? -end : 0) && count < end)) return std::nullopt;
  return count < 0 ? static_cast<std::uint64_t>(static_cast<std::int64_t>(count)) : static_cast<std::uint64_t>(count);
}

}  // namespace

std::uint64_t monotonic_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

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

std::optional<Number> time_in(const Field& field, std::uint64_t nanoseconds) {
  const auto unit = seconds_of(field.unit);
  if (!unit) return std::nullopt;
  const double step = std::round(*unit * 1e9) * scale_of(field);  // nanoseconds
  const long double count = static_cast<long double>(nanoseconds) / static_cast<long double>(step);
  const auto bits = is_floating(field.scalar) ? floating_bits(field.scalar, static_cast<double>(count))
                                              : whole_bits(field.scalar, std::floor(count));
  return bits ? std::optional(Number{field.scalar, *bits}) : std::nullopt;
}

std::optional<double> age_of(const Stamp& stamp, double now) {
  constexpr double clock_jitter = 1e-3;  // a double holds a month of seconds to less than a microsecond
  const double age = now - stamp.earliest;
  if (!(age > -clock_jitter && age < kOldestAge)) return std::nullopt;
  return std::max(age, 0.0);
}

}  // namespace sluice::tools
