#include "plot_frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "axis.hpp"
#include "plot_canvas.hpp"

namespace sluice::tools {

namespace {

constexpr std::size_t kAround = 5;  // title, legend, time axis, its numbers, status
constexpr std::size_t kLeastRows = 3;
constexpr std::size_t kLeastColumns = 20;

struct Bounds {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
};

std::optional<Bounds> bounds_of(const std::vector<Series>& series, double since) {
  Bounds bounds;
  for (const Series& each : series) {
    for (const PlotPoint& point : each.points) {
      if (!std::isfinite(point.value) || point.time < since) continue;
      bounds.low = std::min(bounds.low, point.value);
      bounds.high = std::max(bounds.high, point.value);
    }
  }
  return bounds.low <= bounds.high ? std::optional(bounds) : std::nullopt;
}

// The unit that all series share; empty if they differ.
std::string shared_unit(const std::vector<Series>& series) {
  const auto is_other = [&](const Series& each) { return each.unit != series.front().unit; };
  return std::any_of(series.begin(), series.end(), is_other) ? "" : series.front().unit;
}

std::string latest_text(const Series& series) {
  if (series.points.empty()) return "-";
  return fmt::format("{:.6g}", series.points.back().value) + (series.unit.empty() ? "" : " " + series.unit);
}

class Drawing {
 public:
  Drawing(const PlotFrame& frame, const std::vector<Series>& series, const ScreenSize& size, const Colours& colours)
      : frame_(frame), series_(series), size_(size), colours_(colours), rows_(size.rows - kAround) {
    const Bounds bounds = bounds_of(series, frame.now - frame.window).value_or(Bounds{0, 1});
    axis_ = axis_for(bounds.low, bounds.high, std::max<std::size_t>(rows_ / 3, 2));
    for (const double tick : axis_.ticks()) margin_ = std::max(margin_, axis_.text(tick).size());
    margin_ = std::min(margin_ + 1, size.columns / 2);
    columns_ = size.columns - margin_ - 1;
  }

  std::vector<std::string> lines() {
    PlotCanvas canvas(columns_, rows_);
    for (std::size_t at = 0; at < series_.size(); ++at) draw(canvas, series_[at].points, at);
    std::vector<std::string> out{title(), legend()};
    const std::vector<std::string> numbers = axis_numbers();
    for (std::size_t row = 0; row < rows_; ++row) {
      const char* const edge = numbers[row].empty() ? "\u2502" : "\u2524";
      out.push_back(fmt::format("{:>{}}", cut(numbers[row], margin_ - 1), margin_ - 1) + " " + colours_("2", edge) +
                    canvas.row(row, colours_));
    }
    out.push_back(time_axis());
    out.push_back(time_numbers());
    out.push_back(colours_("2", cut(frame_.status, size_.columns)));
    return out;
  }

 private:
  std::string title() const {
    const std::string unit = shared_unit(series_);
    return colours_("1", cut(frame_.title + (unit.empty() ? "" : "  [" + unit + "]"), size_.columns));
  }

  std::string legend() const {
    std::string out;
    std::size_t left = size_.columns;
    for (std::size_t at = 0; at < series_.size() && left > 4; ++at) {
      const std::string text = cut("\u25a0 " + series_[at].name + " " + latest_text(series_[at]), left);
      out += colours_(series_colour(at), text);
      left -= std::min(left, width_of(text) + 2);
      if (left > 0) out += "  ";
    }
    return out;
  }

  std::vector<std::string> axis_numbers() const {
    std::vector<std::string> numbers(rows_);
    for (const double tick : axis_.ticks()) numbers[static_cast<std::size_t>(dot_row(tick)) / 4] = axis_.text(tick);
    return numbers;
  }

  // In dots from the top.
  std::int64_t dot_row(double value) const {
    const double dots = static_cast<double>(rows_ * 4 - 1);
    const double part = (value / 2 - axis_.low / 2) / (axis_.high / 2 - axis_.low / 2);  // halves: no overflow
    return std::clamp<std::int64_t>(std::llround((1 - part) * dots), 0, static_cast<std::int64_t>(dots));
  }
  std::int64_t dot_column(double time) const {
    const double part = (time - (frame_.now - frame_.window)) / frame_.window;
    return std::llround(std::clamp(part, -1.0, 2.0) * static_cast<double>(columns_ * 2 - 1));
  }

  void draw(PlotCanvas& canvas, const std::deque<PlotPoint>& points, std::size_t series) const {
    const PlotPoint* last = nullptr;
    for (const PlotPoint& point : points) {
      if (!std::isfinite(point.value)) {  // a gap
        last = nullptr;
        continue;
      }
      const std::int64_t x = dot_column(point.time);
      const std::int64_t y = dot_row(point.value);
      if (last != nullptr && x >= 0) {
        canvas.line(std::max<std::int64_t>(dot_column(last->time), 0), dot_row(last->value), x, y, series);
      } else {
        canvas.dot(x, y, series);
      }
      last = &point;
    }
  }

  // A mark each fifth of the window.
  static constexpr std::size_t kMarks = 5;
  std::size_t mark_column(std::size_t mark) const { return mark * (columns_ - 1) / kMarks; }

  std::string time_axis() const {
    std::string out = std::string(margin_, ' ') + "\u2514";
    for (std::size_t column = 0; column < columns_; ++column) {
      bool is_mark = false;
      for (std::size_t mark = 0; mark <= kMarks; ++mark) is_mark = is_mark || mark_column(mark) == column;
      out += is_mark ? "\u2534" : "\u2500";
    }
    return colours_("2", out);
  }

  std::string time_numbers() const {
    std::string out;
    for (std::size_t mark = 0; mark <= kMarks; ++mark) {
      const double ago = frame_.window * static_cast<double>(kMarks - mark) / kMarks;
      const std::string text = mark == kMarks ? "now" : fmt::format("-{:g} s", ago);
      const std::size_t middle = margin_ + 1 + mark_column(mark);
      const std::size_t begin =
          mark == kMarks ? size_.columns - text.size() : middle - std::min(middle, text.size() / 2);
      if (begin < out.size() + (out.empty() ? 0 : 1)) continue;
      out += std::string(begin - out.size(), ' ') + text;
    }
    return cut(out, size_.columns);
  }

  const PlotFrame& frame_;
  const std::vector<Series>& series_;
  ScreenSize size_;
  const Colours& colours_;
  std::size_t rows_;
  std::size_t columns_ = 0;
  std::size_t margin_ = 0;
  Axis axis_;
};

}  // namespace

std::string cut(const std::string& text, std::size_t columns) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) continue;
    if (width++ == columns) return text.substr(0, at);
  }
  return text;
}

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::vector<std::string> draw_plot(const PlotFrame& frame, const std::vector<Series>& series, const ScreenSize& size,
                                   const Colours& colours) {
  if (size.rows < kAround + kLeastRows || size.columns < kLeastColumns) {
    std::vector<std::string> lines(std::max<std::size_t>(size.rows, 1));
    lines.front() = cut("the screen is too small", size.columns);
    return lines;
  }
  return Drawing(frame, series, size, colours).lines();
}

}  // namespace sluice::tools
