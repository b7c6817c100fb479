#include "palette.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace sluice::tools {

namespace {

bool is_set(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool is_dumb() {
  const char* const kind = std::getenv("TERM");
  return kind == nullptr || std::strcmp(kind, "dumb") == 0;
}

const char* code_of(Colour colour) {
  switch (colour) {
    case Colour::none:
      return "";
    case Colour::good:
      return "\x1b[32m";
    case Colour::bad:
      return "\x1b[31m";
    case Colour::warning:
      return "\x1b[33m";
    case Colour::dim:
      return "\x1b[2m";
    case Colour::bold:
      return "\x1b[1m";
  }
  return "";
}

}  // namespace

Palette Palette::of(FILE* output) { return Palette(is_terminal(output) && !is_set("NO_COLOR") && !is_dumb()); }

std::string Palette::paint(Colour colour, const std::string& text) const {
  return is_on_ && colour != Colour::none ? code_of(colour) + text + "\x1b[0m" : text;
}

bool is_terminal(FILE* output) { return isatty(fileno(output)) == 1; }

std::size_t terminal_rows(FILE* output) {
  struct winsize size {};
  return ioctl(fileno(output), TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

}  // namespace sluice::tools
