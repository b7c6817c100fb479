#include "columns.hpp"

#include <algorithm>
#include <cstddef>

namespace sluice::tools {

std::vector<std::string> Columns::lines(const Palette& palette) const {
  constexpr std::size_t gap = 2;
  std::vector<Cell> titles;
  for (const Column& column : columns_) titles.push_back({column.title, Colour::bold});
  std::vector<std::vector<Cell>> all;
  const auto has_title = [](const Column& column) { return !column.title.empty(); };
  if (std::any_of(columns_.begin(), columns_.end(), has_title)) all.push_back(std::move(titles));
  all.insert(all.end(), rows_.begin(), rows_.end());

  std::vector<std::size_t> widths(columns_.size());
  for (const auto& row : all) {
    for (std::size_t at = 0; at < row.size(); ++at) widths[at] = std::max(widths[at], row[at].text.size());
  }
  std::vector<std::string> lines;
  for (const auto& row : all) {
    std::string line;
    std::string spaces;  // written before the next text only
    for (std::size_t at = 0; at < row.size(); ++at) {
      const std::string padding(widths[at] - row[at].text.size(), ' ');
      if (columns_[at].align == Align::right) spaces += padding;
      if (!row[at].text.empty()) {
        line += spaces + palette.paint(row[at].colour, row[at].text);
        spaces.clear();
      }
      if (columns_[at].align == Align::left) spaces += padding;
      spaces += std::string(gap, ' ');
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace sluice::tools
