// A number as people write it -> the number of a field, or what is wrong with it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "value.hpp"

namespace sluice::tools {

struct ParsedNumber {
  std::optional<Number> number;
  std::string fault;  // "300 is not in -128 to 127"
  std::string hint;   // may be empty
};

/// @param text  "-5", "0x1f", "1e-3", ".inf", "NaN", "true", an enum's name, or "ready | armed" of flags.
ParsedNumber parse_number(const Field& field, std::string_view text);

}  // namespace sluice::tools
