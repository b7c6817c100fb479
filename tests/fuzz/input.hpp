// What a fuzz target reads its decisions from: the bytes of one input, then zeroes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sluice::fuzz {

class Input {
 public:
  Input(const std::uint8_t* bytes, std::size_t size) noexcept : next_(bytes), left_(size) {}

  bool is_used_up() const noexcept { return left_ == 0; }
  std::size_t left() const noexcept { return left_; }

  template <class T>
  T next() noexcept {
    T value{};
    copy(&value, sizeof value);
    return value;
  }
  /// A number below `end`.
  std::uint32_t below(std::uint32_t end) noexcept { return next<std::uint8_t>() % end; }

  /// Copies up to `bytes` bytes; what the input lacks is left as it is.
  std::size_t copy(void* to, std::size_t bytes) noexcept {
    const std::size_t count = std::min(bytes, left_);
    if (count > 0) std::memcpy(to, next_, count);
    next_ += count;
    left_ -= count;
    return count;
  }

 private:
  const std::uint8_t* next_;
  std::size_t left_;
};

}  // namespace sluice::fuzz
