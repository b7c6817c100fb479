// The work that every subject does for a message: its producer writes each word of the content, its consumer sums
// them. Word i of a message is `first + i`, so that the consumer can tell a torn or foreign message by its sum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace bench {

template <std::size_t Bytes>
inline constexpr std::size_t kWords = Bytes / sizeof(std::uint64_t);

/// Content as a value, for subjects that copy it in and out.
template <std::size_t Bytes>
struct Content {
  std::uint64_t words[kWords<Bytes>];
};

// For large content the same instructions at the same address, whoever asks: inlined, the loop of one subject was seen
// to lie across two cache lines of code and to take twice as long as that of another.
void fill_words(std::uint64_t* words, std::size_t count, std::uint64_t first) noexcept;
std::uint64_t sum_words(const std::uint64_t* words, std::size_t count) noexcept;

/// Content of at most so many words is written and summed in place, without a loop.
inline constexpr std::size_t kFewWords = 16;
template <std::size_t Bytes>
inline constexpr bool kHasManyWords = (kWords<Bytes>) > kFewWords;

template <std::size_t... At>
[[gnu::always_inline]] inline void fill_few(std::uint64_t* words, std::uint64_t first,
                                            std::index_sequence<At...>) noexcept {
  ((words[At] = first + At), ...);
}
template <std::size_t... At>
[[gnu::always_inline]] inline std::uint64_t sum_few(const std::uint64_t* words, std::index_sequence<At...>) noexcept {
  return (words[At] + ...);
}

template <std::size_t Bytes>
[[gnu::always_inline]] inline void fill(std::uint64_t* words, std::uint64_t first) noexcept {
  if constexpr (kWords < Bytes >> kFewWords) {
    fill_words(words, kWords<Bytes>, first);
  } else {
    fill_few(words, first, std::make_index_sequence<kWords<Bytes>>());
  }
}

template <std::size_t Bytes>
[[gnu::always_inline]] inline std::uint64_t sum(const std::uint64_t* words) noexcept {
  if constexpr (kWords < Bytes >> kFewWords) {
    return sum_words(words, kWords<Bytes>);
  } else {
    return sum_few(words, std::make_index_sequence<kWords<Bytes>>());
  }
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
