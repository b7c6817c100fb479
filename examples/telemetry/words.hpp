// Walks text that somebody else wrote: lines, words, numbers. Nothing is assumed about it: what is missing reads as
// empty, and what is no number as 0, so that a kernel with fewer columns gives zeros, never a wrong column.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace telemetry {

/// All of `text` as a number, if it is one and fits.
template <class Number>
std::optional<Number> number_from(std::string_view text) noexcept {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Takes the first line off `text`, without its newline.
inline std::string_view take_line(std::string_view& text) noexcept {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
  return line;
}

/// The words of one line, one after the other.
class Words {
 public:
  explicit Words(std::string_view line) noexcept : rest_(line) {}

  std::string_view word() noexcept {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
    const std::string_view word = rest_.substr(0, rest_.find_first_of(" \t"));
    rest_.remove_prefix(word.size());
    return word;
  }
  std::uint64_t number() noexcept { return number_from<std::uint64_t>(word()).value_or(0); }
  void skip(int words) noexcept {
    for (int at = 0; at < words; ++at) word();
  }

 private:
  std::string_view rest_;
};

}  // namespace telemetry
