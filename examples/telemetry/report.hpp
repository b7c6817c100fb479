// What the consumer knows at one moment, ready to be shown: by live_table on a terminal, by plain_lines elsewhere.
#pragma once

#include <cstdint>
#include <string>

#include <sluice/stats.hpp>

#include "last_second.hpp"
#include "latency_histogram.hpp"
#include "tally.hpp"

namespace telemetry {

struct Report {
  std::uint64_t seconds = 0;  ///< since the first message
  Figures last_second;
  Spread lateness;  ///< since the first message, as is latency
  Spread latency;
  Tally tally;
  std::uint64_t waiting = 0;  ///< messages published and not yet taken
  std::uint64_t skipped = 0;  ///< ticks that the producer left out since it had been stopped
  sluice::Peer producer;
  std::string news;  ///< the last thing that happened to the producer, empty if nothing did
};

/// Where reports go.
class Display {
 public:
  Display() = default;
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;
  virtual ~Display() = default;

  /// Called ten times a second.
  virtual void show(const Report& report) = 0;
  /// Something happened to the producer, in words.
  virtual void announce(const std::string& news) = 0;
  /// Called once, when no more will be shown.
  virtual void finish(const Report& report) = 0;
};

}  // namespace telemetry
