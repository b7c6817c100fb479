// Texts of schemas, for a terminal. Names of files and strings of messages: escaped_text.hpp, which loses nothing.
#pragma once

#include <string>

namespace sluice::tools {

/// The text without control characters: a '?' for each.
inline std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text;
}

}  // namespace sluice::tools
