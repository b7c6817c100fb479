// Tells what was published, taken and lost, from the numbers that the messages carry.
// The channel numbers what was published; the producer numbers what it sampled, so that a sample which found the
// channel full leaves a gap there. What came before this consumer's first message is not its business.
#pragma once

#include <cstdint>

#include <demo/telemetry.channel.hpp>

namespace telemetry {

class Tally {
 public:
  void count(const demo::Telemetry& message, std::uint64_t sequence) noexcept {
    const std::uint64_t before = sample_before(message);
    published_ += in_window_ ? sequence - sequence_ : 1;
    lost_ += message.sample > before ? message.sample - before - 1 : 0;
    ++taken_;
    in_window_ = true;
    sequence_ = sequence;
    run_ns_ = message.run_ns;
    sample_ = message.sample;
    ended_ = message.last;
  }
  /// Another window has taken the old one's place: its numbers begin anew.
  void start_window() noexcept { in_window_ = false; }
  /// The producer is gone and nothing is left to take: what it published beyond the last message is lost.
  void end_window(std::uint64_t published) noexcept {
    if (!in_window_ || published <= sequence_) return;
    published_ += published - sequence_;
    lost_ += published - sequence_;
    sequence_ = published;
  }

  std::uint64_t published() const noexcept { return published_; }
  std::uint64_t taken() const noexcept { return taken_; }
  std::uint64_t lost() const noexcept { return lost_; }
  /// Whether `message` comes from another producer than the one before.
  bool starts_run(const demo::Telemetry& message) const noexcept { return taken_ != 0 && message.run_ns != run_ns_; }
  /// Whether the newest message said that it is its producer's last.
  bool ended() const noexcept { return ended_; }
  bool all_taken() const noexcept { return taken_ != 0 && taken_ == published_ && lost_ == 0; }

 private:
  // The sample that would have to come right before this one for nothing to be lost between them.
  std::uint64_t sample_before(const demo::Telemetry& message) const noexcept {
    if (taken_ == 0) return message.sample - 1;
    return message.run_ns == run_ns_ ? sample_ : 0;
  }

  std::uint64_t published_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t lost_ = 0;
  bool in_window_ = false;
  bool ended_ = false;
  std::uint64_t sequence_ = 0;
  std::uint64_t run_ns_ = 0;
  std::uint64_t sample_ = 0;
};

}  // namespace telemetry
