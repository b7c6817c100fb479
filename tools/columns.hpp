// Rows whose cells stand below each other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "palette.hpp"

namespace sluice::tools {

enum class Align : std::uint8_t { left, right };

struct Column {
  std::string title;
  Align align = Align::left;
};

struct Cell {
  std::string text;
  Colour colour = Colour::none;
};

class Columns {
 public:
  explicit Columns(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  bool is_empty() const noexcept { return rows_.empty(); }
  /// A line for the titles, unless all are empty, and one for each row; none ends in a space.
  std::vector<std::string> lines(const Palette& palette) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace sluice::tools
