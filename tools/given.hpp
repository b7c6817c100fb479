// What a user wrote for a message, before any type is known: from YAML flow text, or from a line of JSON.
// Scalars stay text, since only the schema tells what they are.
#pragma once

#include <string>
#include <vector>

namespace sluice::tools {

struct GivenMember;

struct Given {
  enum class Kind { nothing, scalar, list, map };

  Kind kind = Kind::nothing;
  std::string text;                  // of a scalar
  bool is_quoted = false;            // a scalar that can only be a string, or a name
  std::vector<Given> items;          // of a list
  std::vector<GivenMember> members;  // of a map, in the order given
};

struct GivenMember {
  std::string name;
  Given value;
};

/// 'stamp: 1, accel: [1, 2, 3]': YAML, with or without the braces around it. Throws ToolError.
Given given_yaml(const std::string& text);
/// One JSON object. Throws ToolError; `line` is its number, for the error.
Given given_json(const std::string& text, std::size_t line);

}  // namespace sluice::tools
