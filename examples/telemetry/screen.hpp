// A terminal as a surface that is drawn anew each time: takes it over at the start, gives it back at the end, with
// what stood there before and the cursor. Knows lines with colours; what they say is live_table's business.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace telemetry {

enum class Colour { plain, bold, dim, green, yellow, red, cyan };

/// ASCII text in colours. Drawing cuts it off at the terminal's edge.
class Line {
 public:
  Line& add(std::string_view text, Colour colour = Colour::plain);
  /// Fills up with blanks to this width.
  Line& to_column(std::size_t column);
  /// As add(), with blanks in front so that the text ends before this column.
  Line& add_right(std::string_view text, std::size_t column, Colour colour = Colour::plain);

  std::size_t width() const noexcept { return width_; }
  /// What to write to a terminal of so many columns, without colours if the user wants none (NO_COLOR).
  std::string rendered(std::size_t columns) const;

 private:
  std::vector<std::pair<Colour, std::string>> parts_;
  std::size_t width_ = 0;
};

struct ScreenSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

class Screen {
 public:
  /// Whether standard output is a terminal that understands cursor movements.
  static bool available();
  static ScreenSize size();

  Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
  ~Screen();

  /// Replaces what is shown, in one write so that nothing flickers. Lines past the last row are left out.
  void draw(const std::vector<Line>& lines);
};

}  // namespace telemetry
