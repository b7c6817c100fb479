// The work that every subject does for a message: its producer writes each word of the content, its consumer sums
// them. Word i of a message is `first + i`, so that the consumer can tell a torn or foreign message by its sum.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bench {

template <std::size_t Bytes>
inline constexpr std::size_t kWords = Bytes / sizeof(std::uint64_t);

/// Content as a value, for subjects that copy it in and out.
template <std::size_t Bytes>
struct Content {
  std::uint64_t words[kWords<Bytes>];
};

template <std::size_t Bytes>
void fill(std::uint64_t* words, std::uint64_t first) noexcept {
  for (std::size_t i = 0; i < kWords<Bytes>; ++i) words[i] = first + i;
}

template <std::size_t Bytes>
std::uint64_t sum(const std::uint64_t* words) noexcept {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < kWords<Bytes>; ++i) total += words[i];
  return total;
}

/// What a consumer has seen: how many messages, the sum of all their words, the sum of their first words.
template <std::size_t Bytes>
class Tally {
 public:
  void add(const std::uint64_t* words) noexcept {
    ++count_;
    firsts_ += words[0];
    total_ += sum<Bytes>(words);
  }
  std::uint64_t count() const noexcept { return count_; }
  std::uint64_t firsts() const noexcept { return firsts_; }
  /// Whether every word was what its message's first word says, all sums modulo 2^64.
  bool is_whole() const noexcept {
    const std::uint64_t steps = kWords<Bytes> * (kWords<Bytes> - 1) / 2;
    return total_ == kWords<Bytes> * firsts_ + count_ * steps;
  }

 private:
  std::uint64_t count_ = 0;
  std::uint64_t firsts_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace bench
