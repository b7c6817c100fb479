// The display for pipes, files and dumb terminals: one line a second, and one for each event.
#pragma once

#include <cstdint>
#include <string>

#include "report.hpp"

namespace telemetry {

class PlainLines : public Display {
 public:
  void show(const Report& report) override;
  void announce(const std::string& news) override;
  void finish(const Report& report) override;

 private:
  std::uint64_t shown_seconds_ = 0;
};

}  // namespace telemetry
