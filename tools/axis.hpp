// A numbered axis: which round numbers lie in a range, and how they are written.
#pragma once

#include <string>
#include <vector>

namespace sluice::tools {

struct Axis {
  double low = 0;
  double high = 1;
  double step = 0;

  /// The round numbers in it, from low to high.
  std::vector<double> ticks() const;
  /// With as many digits as the step needs: "9.75", "1.2e+09".
  std::string text(double tick) const;
};

/// An axis for values from `low` to `high`, which may be equal, with at most `most_ticks` numbers, at least two.
Axis axis_for(double low, double high, std::size_t most_ticks);

}  // namespace sluice::tools
