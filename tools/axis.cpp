#include "axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace sluice::tools {

namespace {

constexpr double kMost = std::numeric_limits<double>::max();

// Of a positive number.
int exponent_of(double value) { return static_cast<int>(std::floor(std::log10(value) + 1e-9)); }

// 1, 2 or 5 times a power of ten, at least `least`; no more than there are numbers.
double round_step(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= least * (1 - 1e-9)) step = factor * power;
  }
  return std::min(step, kMost);
}

}  // namespace

std::vector<double> Axis::ticks() const {
  std::vector<double> found;
  const double first = std::ceil(low / step - 1e-9);
  constexpr std::size_t most = 100;  // whatever the arithmetic of huge numbers makes of the step
  for (std::size_t at = 0; at < most; ++at) {
    const double tick = (first + static_cast<double>(at)) * step;
    if (!(tick - high <= step * 1e-9)) break;  // so that what is no number ends it too
    found.push_back(std::abs(tick) < step * 1e-9 ? 0 : tick);
  }
  return found;
}

std::string Axis::text(double tick) const {
  if (tick == 0) return "0";
  const double largest = std::max(std::abs(low), std::abs(high));
  // As many digits as tell one tick from the next.
  const int digits = std::clamp(exponent_of(largest) - exponent_of(step) + 1, 1, 16);
  if (largest >= 1e9 || largest < 1e-4) return fmt::format("{:.{}e}", tick, digits - 1);
  return fmt::format("{:.{}f}", tick, std::max(0, -exponent_of(step)));
}

Axis axis_for(double low, double high, std::size_t most_ticks) {
  if (low > high) std::swap(low, high);
  const double middle = low / 2 + high / 2;
  const double least_span = std::max(std::abs(middle) * 1e-12, 1e-300);
  if (high - low < least_span) {
    const double half = middle == 0 ? 1 : std::abs(middle) * 0.1;
    low = std::max(middle - half, -kMost);
    high = std::min(middle + half, kMost);
  }
  const auto gaps = static_cast<double>(std::max<std::size_t>(most_ticks, 2) - 1);
  const double step = round_step(std::max(high / gaps - low / gaps, 1e-300));
  const double margin = high / 2 - low / 2 > 1e300 ? 0 : (high - low) * 0.05;
  Axis axis{std::max(low - margin, -kMost), std::min(high + margin, kMost), step};
  while (axis.ticks().empty()) axis.step = round_step(axis.step * 0.3);  // the next smaller one
  return axis;
}

}  // namespace sluice::tools
