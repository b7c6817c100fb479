// Values as people and programs read them. The same words are taken back by encode.hpp.
// Numbers: the shortest digits that read back as the same value; u64 in full; NaN and infinities are .nan, .inf, -.inf
// in text, as a schema writes them, and the strings "NaN", "Infinity", "-Infinity" in JSON, which has no such numbers.
// Enums by name, unknown ones as numbers; flags joined by |. Bytes that are no UTF-8, or control the terminal, are
// shown as \xNN in text; JSON escapes its own way, with U+FFFD for what is no UTF-8.
#pragma once

#include <string>
#include <vector>

#include "escaped_text.hpp"
#include "field_path.hpp"
#include "value.hpp"

namespace sluice::tools {

/// How long an array may get in text before its middle is left out.
struct TextLimits {
  std::size_t elements = 16;
};

/// A number as text: "9.81", "ok", "ready|armed", "-.inf".
std::string text_of(const Number& number);

/// One line: [1, 2.5], {freq: 50 Hz, power: 0.1}, "left".
std::string flow_text(const Value& value, const Field* field, const TextLimits& limits);
/// A block of lines, a field each, nested records indented.
std::string block_text(const Record& message, const TextLimits& limits);

void append_json(std::string& out, const Value& value);
std::string json_of(const Value& value);

/// The columns of a message in CSV: each single value one, an array or sequence as JSON in one. A record is spread out.
/// Throws ToolError where they are more than anybody reads.
std::vector<std::string> csv_columns(const MessageSchema& schema);
std::vector<std::string> csv_cells(const Record& message, const MessageSchema& schema);
std::string csv_cell(const Value& value);
/// Quoted where RFC 4180 asks for it.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace sluice::tools
