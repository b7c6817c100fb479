#include "nearest.hpp"

#include <algorithm>
#include <numeric>

namespace sluice::tools {

namespace {

// Letters inserted, removed, replaced: V. I. Levenshtein, 1966, row by row.
std::size_t distance(const std::string& from, const std::string& to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> nearest(const std::string& given, const std::vector<std::string>& words) {
  std::optional<std::string> best;
  std::size_t least = 0;
  for (const std::string& word : words) {
    const std::size_t changes = distance(given, word);
    if (changes * 2 > std::max(given.size(), word.size()) || (best && changes >= least)) continue;
    best = word;
    least = changes;
  }
  return best;
}

}  // namespace sluice::tools
