#include "given.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>

#include "tool_error.hpp"

namespace sluice::tools {

namespace {

constexpr int kMaxDepth = 64;

Given scalar(std::string text, bool is_quoted) {
  Given made;
  made.kind = Given::Kind::scalar;
  made.text = std::move(text);
  made.is_quoted = is_quoted;
  return made;
}

Given from_yaml(const YAML::Node& node, int depth) {
  if (depth > kMaxDepth) throw ToolError("sluice publish: the message is nested too deeply");
  Given made;
  if (node.IsScalar()) return scalar(node.Scalar(), node.Tag() == "!");
  if (node.IsSequence()) {
    made.kind = Given::Kind::list;
    for (const YAML::Node& item : node) made.items.push_back(from_yaml(item, depth + 1));
  } else if (node.IsMap()) {
    made.kind = Given::Kind::map;
    for (const auto& member : node) {
      if (!member.first.IsScalar()) throw ToolError("sluice publish: a field's name is not a word");
      made.members.push_back({member.first.Scalar(), from_yaml(member.second, depth + 1)});
    }
  }
  return made;
}

Given from_json(const nlohmann::ordered_json& json, int depth) {
  if (depth > kMaxDepth) throw ToolError("sluice publish: the message is nested too deeply");
  Given made;
  if (json.is_string()) return scalar(json.get<std::string>(), true);
  if (json.is_primitive() && !json.is_null()) return scalar(json.dump(), false);
  if (json.is_array()) {
    made.kind = Given::Kind::list;
    for (const auto& item : json) made.items.push_back(from_json(item, depth + 1));
  } else if (json.is_object()) {
    made.kind = Given::Kind::map;
    for (const auto& [name, value] : json.items()) made.members.push_back({name, from_json(value, depth + 1)});
  }
  return made;
}

}  // namespace

Given given_yaml(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\n");
  const bool has_braces = first != std::string::npos && text[first] == '{';
  try {
    return from_yaml(YAML::Load(has_braces ? text : "{" + text + "}"), 0);
  } catch (const YAML::Exception& error) {
    throw ToolError(fmt::format(
        "sluice publish: the message cannot be read: {}\n  hint: as in 'stamp: 1, accel: [1, 2, 3]'", error.msg));
  }
}

Given given_json(const std::string& text, std::size_t line) {
  try {
    return from_json(nlohmann::ordered_json::parse(text), 0);
  } catch (const nlohmann::json::exception& error) {
    throw ToolError(fmt::format("sluice publish: line {} is no JSON object: {}", line, error.what()));
  }
}

}  // namespace sluice::tools
