// Any colour of a terminal, for screens that need more than palette.hpp names: curves, bars, inverted lines.
#pragma once

#include <string>
#include <string_view>

#include "palette.hpp"

namespace sluice::tools {

class Colours {
 public:
  explicit Colours(const Palette& palette) noexcept : wanted_(palette.is_on()) {}

  /// @param code  of the SGR sequence: "2" is faint, "1;32" bold green.
  std::string operator()(std::string_view code, std::string_view text) const {
    if (!wanted_ || text.empty()) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  }

 private:
  bool wanted_;
};

}  // namespace sluice::tools
