// The picture that `sluice plot` shows: lines over time, numbers on the axes, a legend. No terminal, no clock.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "colours.hpp"
#include "terminal.hpp"

namespace sluice::tools {

struct PlotPoint {
  double time = 0;  // seconds, on any clock
  double value = 0;
};

struct Series {
  std::string name;
  std::string unit;
  std::deque<PlotPoint> points;  // in the order of time
};

struct PlotFrame {
  std::string title;
  std::string status;  // the last line
  double now = 0;
  double window = 10;  // seconds shown
};

/// Exactly size.rows lines, none wider than size.columns.
std::vector<std::string> draw_plot(const PlotFrame& frame, const std::vector<Series>& series, const ScreenSize& size,
                                   const Colours& colours);

/// The text, cut to a width; of ASCII or UTF-8, each character one column wide.
std::string cut(const std::string& text, std::size_t columns);
std::size_t width_of(const std::string& text);

}  // namespace sluice::tools
