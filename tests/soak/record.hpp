// What really happened in a soak, kept where no kill can reach it: in memory that the driver shares with its children.
// Each field has one writer at a time: the driver, or the one living producer or consumer.
#pragma once

#include <atomic>
#include <cstdint>

namespace soak {

/// Which numbers have been handed out: one bit each, in pages that come with the first touch.
class SeenNumbers {
 public:
  static constexpr std::uint64_t kMost = std::uint64_t{1} << 33;

  bool has(std::uint64_t number) const noexcept {
    return (bytes_[number / 8].load(std::memory_order_relaxed) & bit(number)) != 0;
  }
  void add(std::uint64_t number) noexcept {
    std::atomic<std::uint8_t>& byte = bytes_[number / 8];
    byte.store(static_cast<std::uint8_t>(byte.load(std::memory_order_relaxed) | bit(number)),
               std::memory_order_relaxed);
  }
  /// How many of 1 to `last` are missing.
  std::uint64_t missing_up_to(std::uint64_t last) const noexcept {
    std::uint64_t missing = 0;
    for (std::uint64_t number = 1; number <= last; ++number) {
      const bool whole_byte_is_there = number % 8 == 0 && number + 7 <= last && bytes_[number / 8].load() == 0xFF;
      if (whole_byte_is_there) number += 7;
      missing += whole_byte_is_there || has(number) ? 0 : 1;
    }
    return missing;
  }

 private:
  static constexpr std::uint8_t bit(std::uint64_t number) noexcept {
    return static_cast<std::uint8_t>(1U << (number % 8));
  }

  std::atomic<std::uint8_t> bytes_[kMost / 8];
};

struct Record {
  /// Maps a record that forked children share. It lives as long as the process.
  static Record& make();

  // The producer's: `begun` before each publish, `published` behind it. A successor's next number lies between.
  std::atomic<std::uint64_t> begun;      // highest number of which a publish was begun
  std::atomic<std::uint64_t> published;  // highest number of which a publish returned

  // The consumer's: written between take() and release().
  std::atomic<std::uint64_t> handed_out;  // takes, repeats included
  std::atomic<std::uint64_t> highest;     // number handed out
  std::atomic<std::uint64_t> torn;
  std::atomic<std::uint64_t> unflagged_repeats;
  SeenNumbers seen;

  std::atomic<std::uint64_t> mistakes;  // of other kinds; each is told on standard error
  std::atomic<bool> producer_is_last;
  std::atomic<bool> producer_should_end;
  std::atomic<bool> consumer_should_end;

  /// Counts a mistake, and prints the first few.
  [[gnu::format(printf, 2, 3)]] void complain(const char* format, ...);
};

}  // namespace soak
