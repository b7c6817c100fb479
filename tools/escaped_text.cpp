#include "escaped_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sluice::tools {

namespace {

// By the first byte; 0 where none begins so.
std::size_t length_by(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 0;
}

// Of the UTF-8 character that the bytes begin with; 0 where they begin with none.
std::size_t utf8_length(std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  const unsigned char first = byte(0);
  const std::size_t length = length_by(first);
  if (length == 0 || length > bytes.size()) return 0;
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0) != 0x80) return 0;
  }
  const bool is_overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool is_surrogate = first == 0xED && byte(1) > 0x9F;
  const bool is_too_high = first == 0xF4 && byte(1) > 0x8F;
  return is_overlong || is_surrogate || is_too_high ? 0 : length;
}

// C0, DEL, and the C1 controls, which some terminals obey as they do ESC [; also what turns the writing direction.
bool is_control(std::string_view character) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(character[at]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  if (character.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  const bool is_direction =
      byte(0) == 0xE2 &&
      ((byte(1) == 0x80 && ((byte(2) >= 0x8E && byte(2) <= 0x8F) || (byte(2) >= 0xA8 && byte(2) <= 0xAE))) ||
       (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9));
  return character.size() == 3 && is_direction;
}

void append_escaped(std::string& out, std::string_view bytes) {
  if (bytes == "\n") {
    out += "\\n";
  } else if (bytes == "\t") {
    out += "\\t";
  } else {
    for (const char c : bytes) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
}

}  // namespace

std::string escaped(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    const std::string_view character = bytes.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0 || is_control(character)) {
      append_escaped(out, character);
    } else {
      if (character == "\\") out += '\\';
      out += character;
    }
    bytes.remove_prefix(character.size());
  }
  return out;
}

bool controls_terminal(std::string_view json) {
  while (!json.empty()) {
    const std::size_t length = utf8_length(json);
    const std::string_view character = json.substr(0, std::max<std::size_t>(length, 1));
    const bool may_stand_in_json = length > 1 || character == "\x7f";
    if (may_stand_in_json && is_control(character)) return true;
    json.remove_prefix(character.size());
  }
  return false;
}

std::string json_string(std::string_view text) {
  constexpr auto handler = nlohmann::json::error_handler_t::replace;
  const nlohmann::json string = std::string(text);
  const std::string readable = string.dump(-1, ' ', false, handler);
  return controls_terminal(readable) ? string.dump(-1, ' ', true, handler) : readable;
}

}  // namespace sluice::tools
