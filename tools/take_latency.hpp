// How long messages waited until the consumer took them, from their own timestamps. A take in another process cannot be
// timed from outside, but its counts can be looked at: what was taken between two looks was taken after the first and
// before the second. So each message gives two bounds, and many of them bounds of their median.
// No window, no clock: `sluice top` brings what it sees.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "message_time.hpp"
#include "observed_window.hpp"

namespace sluice::tools {

/// The consumer's counts, read at some moment between two times on CLOCK_MONOTONIC.
struct TakeLook {
  double before = 0;
  double after = 0;
  Takes takes;
};

struct Bounds {
  double at_least = 0;  // seconds
  double at_most = 0;
};

/// Of a message that was taken between two looks. None: it would have been taken before it came about, or a day later,
/// so that its stamp is no time of this clock.
std::optional<Bounds> latency_between(const Stamp& stamp, const TakeLook& last, const TakeLook& now);

/// Numbers of messages that were surely taken between two looks: a few, evenly from all of order fifo. Of the other
/// orders only the newest one is known.
std::vector<std::uint64_t> taken_between(const Takes& last, const Takes& now, Order order);

/// How long it has been since the look before.
enum class Gap : std::uint8_t {
  step,   // one of several close to each other
  pause,  // what was taken meanwhile says little, but better that than nothing
};

struct Latency {
  Bounds median;
  std::size_t samples = 0;
};

/// The takes of one channel over time.
class TakeWatch {
 public:
  /// The stamp of a message; none where it cannot be read any more.
  using StampOf = std::function<std::optional<Stamp>(std::uint64_t number)>;

  explicit TakeWatch(Order order) : order_(order) {}

  void add(const TakeLook& look, Gap gap, const StampOf& stamp_of);
  /// Of the last 5 seconds: of messages between close looks, if there are a few. The median of the lower bounds and
  /// that of the upper ones: that of the latencies themselves lies between them.
  std::optional<Latency> latency(double now);

 private:
  struct Sample {
    double time;
    Gap gap;
    Bounds bounds;
  };

  Order order_;
  std::optional<TakeLook> last_;
  std::deque<Sample> samples_;
};

}  // namespace sluice::tools
