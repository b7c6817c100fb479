// Writes numbers for people; declared in quantities.hpp.
#include "quantities.hpp"

#include <array>
#include <cstddef>
#include <cstdio>

namespace telemetry {

namespace {

template <std::size_t Count>
std::string scaled(double value, const std::array<const char*, Count>& units) {
  std::size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < Count; ++unit) value /= 1000;
  const int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return with_decimals(value, decimals) + " " + units[unit];
}

}  // namespace

std::string with_decimals(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string as_duration(std::uint64_t ns) { return scaled(static_cast<double>(ns), std::array{"ns", "us", "ms", "s"}); }

std::string as_bytes(double bytes) { return scaled(bytes, std::array{"B", "kB", "MB", "GB", "TB"}); }

std::string as_gibibytes(std::uint64_t bytes) {
  return with_decimals(static_cast<double>(bytes) / (1024.0 * 1024 * 1024), 1);
}

std::string as_percent(double share) { return with_decimals(share * 100, 1) + "%"; }

std::string as_count(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string as_clock(std::uint64_t seconds) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%llu:%02llu:%02llu", static_cast<unsigned long long>(seconds / 3600),
                static_cast<unsigned long long>(seconds / 60 % 60), static_cast<unsigned long long>(seconds % 60));
  return text.data();
}

}  // namespace telemetry
