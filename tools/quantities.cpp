#include "quantities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace sluice::tools {

namespace {

int decimals_of(double value) { return value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2; }

template <std::size_t Count>
std::string scaled(double value, double step, const std::array<const char*, Count>& units) {
  std::size_t unit = 0;
  while (value >= step - 0.5 && unit + 1 < Count) {
    value /= step;
    ++unit;
  }
  return fmt::format("{:.{}f}{}", value, unit == 0 ? 0 : decimals_of(value), units[unit]);
}

struct TimeUnit {
  std::string_view name;
  double seconds;
};

TimeUnit unit_for(double seconds) {
  if (seconds >= 0.9995) return {"s", 1};
  return seconds >= 0.9995e-3 ? TimeUnit{"ms", 1e-3} : TimeUnit{"us", 1e-6};
}

}  // namespace

std::string in_bytes(std::uint64_t bytes) {
  return scaled(static_cast<double>(bytes), 1024, std::array{" B", " KiB", " MiB", " GiB", " TiB", " PiB"});
}

std::string per_second(double rate) {
  if (rate > 0 && rate < 10) return fmt::format("{:.1f}/s", rate);
  return scaled(rate, 1000, std::array{"/s", " k/s", " M/s", " G/s"});
}

std::string time_text(double seconds) {
  if (seconds >= 99.95) return fmt::format("{:.0f} s", seconds);
  const TimeUnit unit = unit_for(seconds);
  return fmt::format("{:.3g} {}", seconds / unit.seconds, unit.name);
}

std::string time_range_text(double at_least, double at_most) {
  constexpr double says_little = 0.05;
  constexpr double jitter = 1e-6;  // 1.2 may be a bit more than 1.2: that is not to become 1.21
  const TimeUnit unit = unit_for(at_most);
  const int decimals = decimals_of(at_most / unit.seconds);
  const double steps = std::pow(10, decimals) / unit.seconds;
  const double high = std::ceil(std::max(at_most * steps - jitter, 0.0)) / steps / unit.seconds;
  if (at_least <= says_little * at_most) return fmt::format("<= {:.{}f} {}", high, decimals, unit.name);
  const double low = std::floor(at_least * steps + jitter) / steps / unit.seconds;
  return fmt::format("{:.{}f}-{:.{}f} {}", low, decimals, high, decimals, unit.name);
}

std::string count_text(double count) {
  if (count < 99.95 && count != std::floor(count)) return fmt::format("{:.1f}", count);
  return scaled(count, 1000, std::array{"", "k", "M", "G", "T"});
}

}  // namespace sluice::tools
