// Which part of a message a user means: `accel`, `accel[0]`, `peaks[2].power`, `peaks[*].freq`.
// A path is checked against the schema once, then followed in each message.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "value.hpp"

namespace sluice::tools {

struct FieldPath {
  struct EachElement {};
  using Step = std::variant<std::string, std::uint64_t, EachElement>;
  using Steps = std::vector<Step>;

  std::string text;  // as the user wrote it
  Steps steps;
  const Field* field = nullptr;  // the last one named
  bool is_element = false;       // of an array or sequence: an index was given, or each is meant
  bool has_many = false;         // [*] is in it
};

/// Throws ToolError, which says what the schema has instead. `command` is the subcommand for whom it is.
FieldPath parse_path(const std::string& command, const std::string& text, const MessageSchema& schema);

/// What the path leads to; with [*] a list. Absent where the message has no such element.
Value select(const Record& message, const FieldPath& path);
/// What the steps from the one at `at` on lead to.
Value follow(const Value& value, const FieldPath::Steps& steps, std::size_t at);

}  // namespace sluice::tools
