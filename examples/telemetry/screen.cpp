// Draws with ANSI sequences on the terminal's alternate screen; declared in screen.hpp.
#include "screen.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

namespace telemetry {

namespace {

constexpr std::string_view kEnter = "\033[?1049h\033[?25l";  // alternate screen, no cursor
constexpr std::string_view kLeave = "\033[?25h\033[?1049l";
constexpr std::string_view kHome = "\033[H";
constexpr std::string_view kClearToLineEnd = "\033[K";
constexpr std::string_view kClearBelow = "\033[J";

const char* code_of(Colour colour) {
  switch (colour) {
    case Colour::plain:
      return "";
    case Colour::bold:
      return "\033[1m";
    case Colour::dim:
      return "\033[2m";
    case Colour::green:
      return "\033[32m";
    case Colour::yellow:
      return "\033[33m";
    case Colour::red:
      return "\033[31m";
    case Colour::cyan:
      return "\033[36m";
  }
  return "";
}

bool wants_colours() {
  const char* const no_color = std::getenv("NO_COLOR");  // https://no-color.org
  return no_color == nullptr || *no_color == '\0';
}

void write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // the terminal is gone; its hang-up signal ends the program
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

Line& Line::add(std::string_view text, Colour colour) {
  parts_.emplace_back(colour, text);
  width_ += text.size();
  return *this;
}

Line& Line::to_column(std::size_t column) { return width_ < column ? add(std::string(column - width_, ' ')) : *this; }

Line& Line::add_right(std::string_view text, std::size_t column, Colour colour) {
  return to_column(column > text.size() ? column - text.size() : 0).add(text, colour);
}

std::string Line::rendered(std::size_t columns) const {
  static const bool colours = wants_colours();
  std::string out;
  for (const auto& [colour, text] : parts_) {
    const std::string_view visible = std::string_view(text).substr(0, columns);
    columns -= visible.size();
    const bool coloured = colours && colour != Colour::plain;
    if (coloured) out += code_of(colour);
    out += visible;
    if (coloured) out += "\033[0m";
  }
  return out;
}

bool Screen::available() {
  const char* const term = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && term != nullptr && *term != '\0' && std::string_view(term) != "dumb";
}

ScreenSize Screen::size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

// Ctrl-Z would leave the shell on this screen, without a cursor.
Screen::Screen() {
  std::signal(SIGTSTP, SIG_IGN);
  write_all(kEnter);
}

Screen::~Screen() {
  write_all(kLeave);
  std::signal(SIGTSTP, SIG_DFL);
}

void Screen::draw(const std::vector<Line>& lines) {
  const ScreenSize size = Screen::size();
  const std::size_t count = std::min(lines.size(), size.rows);
  std::string out(kHome);
  for (std::size_t at = 0; at < count; ++at) {
    if (at != 0) out += "\r\n";
    // Cleared first: behind a line that fills the row the cursor still stands on its last character.
    out.append(kClearToLineEnd).append(lines[at].rendered(size.columns));
  }
  if (count < size.rows) out.append("\r\n").append(kClearBelow);
  write_all(out);
}

}  // namespace telemetry
