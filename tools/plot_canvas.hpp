// A drawing of lines in characters: each character of Unicode's Braille block is 2 x 4 dots.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "colours.hpp"

namespace sluice::tools {

class PlotCanvas {
 public:
  PlotCanvas(std::size_t columns, std::size_t rows);

  std::size_t dots_across() const noexcept { return columns_ * 2; }
  std::size_t dots_down() const noexcept { return rows_ * 4; }

  /// Dots count from the top left; those outside are left out. `series` chooses the colour.
  void dot(std::int64_t x, std::int64_t y, std::size_t series);
  void line(std::int64_t from_x, std::int64_t from_y, std::int64_t to_x, std::int64_t to_y, std::size_t series);
  /// One row of characters, without colour where there are no dots.
  std::string row(std::size_t row, const Colours& colours) const;

 private:
  struct Cell {
    std::uint8_t dots = 0;
    std::uint8_t series = 0;  // of what was drawn last
  };

  std::size_t columns_;
  std::size_t rows_;
  std::vector<Cell> cells_;
};

/// The colour of a series, as an SGR code; they repeat after six.
std::string_view series_colour(std::size_t series);

}  // namespace sluice::tools
