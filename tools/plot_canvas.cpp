#include "plot_canvas.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace sluice::tools {

namespace {

// Dots of a Braille character by row and column: Unicode numbers them down the left column first.
constexpr std::uint8_t kDots[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

// U+2800 + dots, in UTF-8.
std::string braille(std::uint8_t dots) {
  return {'\xE2', static_cast<char>(0xA0 | dots >> 6), static_cast<char>(0x80 | (dots & 0x3F))};
}

}  // namespace

std::string_view series_colour(std::size_t series) {
  constexpr std::array<std::string_view, 6> codes{"36", "33", "35", "32", "31", "34"};
  return codes[series % codes.size()];
}

PlotCanvas::PlotCanvas(std::size_t columns, std::size_t rows)
    : columns_(columns), rows_(rows), cells_(columns * rows) {}

void PlotCanvas::dot(std::int64_t x, std::int64_t y, std::size_t series) {
  const bool is_inside =
      x >= 0 && y >= 0 && x < static_cast<std::int64_t>(dots_across()) && y < static_cast<std::int64_t>(dots_down());
  if (!is_inside) return;
  const auto column = static_cast<std::size_t>(x);
  const auto row = static_cast<std::size_t>(y);
  Cell& cell = cells_[row / 4 * columns_ + column / 2];
  cell.dots = static_cast<std::uint8_t>(cell.dots | kDots[row % 4][column % 2]);
  cell.series = static_cast<std::uint8_t>(series);
}

// J. E. Bresenham, 1965.
void PlotCanvas::line(std::int64_t x, std::int64_t y, std::int64_t to_x, std::int64_t to_y, std::size_t series) {
  const std::int64_t across = std::abs(to_x - x);
  const std::int64_t down = -std::abs(to_y - y);
  const std::int64_t step_x = x < to_x ? 1 : -1;
  const std::int64_t step_y = y < to_y ? 1 : -1;
  for (std::int64_t error = across + down;;) {
    dot(x, y, series);
    if (x == to_x && y == to_y) return;
    const std::int64_t twice = 2 * error;
    if (twice >= down) {
      error += down;
      x += step_x;
    }
    if (twice <= across) {
      error += across;
      y += step_y;
    }
  }
}

std::string PlotCanvas::row(std::size_t row, const Colours& colours) const {
  std::string out;
  for (std::size_t column = 0; column < columns_;) {
    const Cell& cell = cells_[row * columns_ + column];
    std::string run;
    std::size_t end = column;
    for (; end < columns_ && cells_[row * columns_ + end].series == cell.series &&
           (cells_[row * columns_ + end].dots == 0) == (cell.dots == 0);
         ++end) {
      run += cell.dots == 0 ? " " : braille(cells_[row * columns_ + end].dots);
    }
    out += cell.dots == 0 ? run : colours(series_colour(cell.series), run);
    column = end;
  }
  return out;
}

}  // namespace sluice::tools
