// Colours, where the output is a terminal that wants them: NO_COLOR (no-color.org) is obeyed.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace sluice::tools {

enum class Colour : std::uint8_t { none, good, bad, warning, dim, bold };

class Palette {
 public:
  /// For what is printed to `output`.
  static Palette of(FILE* output);
  explicit Palette(bool is_on = false) noexcept : is_on_(is_on) {}

  bool is_on() const noexcept { return is_on_; }
  std::string paint(Colour colour, const std::string& text) const;

 private:
  bool is_on_;
};

bool is_terminal(FILE* output);
/// Rows of a terminal; 0 where that cannot be told.
std::size_t terminal_rows(FILE* output);

}  // namespace sluice::tools
