// What `sluice top` knows of a channel: looked at many times a second, summed up once a second. It only looks.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "followed_channel.hpp"
#include "take_latency.hpp"
#include "window_list.hpp"

namespace sluice::tools {

struct Ages {
  double p50 = 0;  // seconds
  double p99 = 0;
  double max = 0;
};

enum class Trouble : std::uint8_t {
  none,
  idle,             // nothing was published within the last second
  no_producer,      // it has left, or died
  no_consumer,      // nobody takes the messages
  consumer_slow,    // the producer was refused a loan within the last second: every slot was unread or in use
  consumer_behind,  // more than half of the slots are unread
  damaged,          // it cannot be looked at
};

/// "consumer behind": for people.
std::string_view text_of(Trouble trouble);
/// "consumer_behind": for scripts.
std::string_view code_of(Trouble trouble);

struct ChannelRow {
  std::string name;
  std::string why;  // what is wrong with a window that is damaged
  Trouble trouble = Trouble::none;
  double rate = 0;      // messages a second
  double bytes = 0;     // of their slots, a second
  double rejected = 0;  // loans refused, a second
  std::uint64_t unread = 0;
  std::uint64_t capacity = 0;
  std::uint64_t published = 0;
  std::optional<Latency> latency;  // from a message's timestamp until the consumer took it
  std::optional<Ages> ages;        // of the newest message, each time it was looked at
  std::uint32_t producer = 0;      // pid; 0: not there
  std::uint32_t consumer = 0;

  double fill() const { return capacity > 0 ? static_cast<double>(unread) / static_cast<double>(capacity) : 0; }
};

/// One window over time.
class ChannelWatch {
 public:
  ChannelWatch(std::string name, ObservedWindow window);

  const ObservedWindow& window() const noexcept { return *window_; }
  bool has_timestamp() const noexcept { return stamp_ != nullptr; }
  /// How old the newest message is right now, where it says so, and what was taken since the last look.
  void look();
  void look_at_takes(Gap gap);
  /// Of the time since the last call that was at least `least` seconds ago.
  const ChannelRow& row(double now);

 private:
  struct Counts {
    double time = 0;
    std::uint64_t published = 0;
    std::uint64_t rejected = 0;
  };

  void measure(double now);
  std::optional<Ages> ages() const;
  std::optional<Stamp> stamp_in(const Copy& copy) const;
  Trouble trouble(const Stats& stats, bool has_producer, bool has_consumer) const;

  std::unique_ptr<ObservedWindow> window_;
  std::unique_ptr<MessageSchema> schema_;  // null where messages cannot be read
  const Field* stamp_;                     // in it; null where messages have no timestamp
  Part part_;                              // of a message: those bytes of it that hold the stamp
  std::vector<std::uint8_t> bytes_;
  TakeWatch takes_;
  std::deque<std::pair<double, double>> ages_;  // when it was looked at, and what it was
  Counts before_;
  ChannelRow row_;
};

/// All windows of this machine over time.
class MachineWatch {
 public:
  /// Looks for new windows, and forgets those that are gone. Some system calls for each window.
  void find_windows();
  /// Whether any channel has a timestamp: else there is nothing to look at closely.
  bool has_timestamps() const;
  void look();
  void look_at_takes(Gap gap);
  std::vector<ChannelRow> rows();

 private:
  std::map<std::string, std::unique_ptr<ChannelWatch>> watches_;  // by the name that finds it
  std::vector<ChannelRow> damaged_;
};

}  // namespace sluice::tools
