// The display for terminals: a table that is drawn anew ten times a second and fits itself to the terminal's size.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report.hpp"
#include "screen.hpp"

namespace telemetry {

/// The whole table for a terminal of this size. Cores for which there is no room are counted, not shown.
std::vector<Line> table_of(const Report& report, const ScreenSize& size);

class LiveTable : public Display {
 public:
  void show(const Report& report) override;
  void announce(const std::string&) override {}  // the next table shows report.news
  void finish(const Report& report) override;

 private:
  std::optional<Screen> screen_{std::in_place};
};

}  // namespace telemetry
