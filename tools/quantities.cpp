#include "quantities.hpp"

#include <fmt/format.h>

#include <array>

namespace sluice::tools {

namespace {

template <std::size_t Count>
std::string scaled(double value, double step, const std::array<const char*, Count>& units) {
  std::size_t unit = 0;
  while (value >= step - 0.5 && unit + 1 < Count) {
    value /= step;
    ++unit;
  }
  const int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f}{}", value, decimals, units[unit]);
}

}  // namespace

std::string in_bytes(std::uint64_t bytes) {
  return scaled(static_cast<double>(bytes), 1024, std::array{" B", " KiB", " MiB", " GiB", " TiB", " PiB"});
}

std::string per_second(double rate) {
  if (rate > 0 && rate < 10) return fmt::format("{:.1f}/s", rate);
  return scaled(rate, 1000, std::array{"/s", " k/s", " M/s", " G/s"});
}

}  // namespace sluice::tools
