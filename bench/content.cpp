// Compiled with -O3, whatever the rest is: see CMakeLists.txt.
#include "content.hpp"

namespace bench {

void fill_words(std::uint64_t* words, std::size_t count, std::uint64_t first) noexcept {
  for (std::size_t i = 0; i < count; ++i) words[i] = first + i;
}

std::uint64_t sum_words(const std::uint64_t* words, std::size_t count) noexcept {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < count; ++i) total += words[i];
  return total;
}

}  // namespace bench
