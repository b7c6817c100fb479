#include "given_field.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "nearest.hpp"
#include "number_text.hpp"
#include "tool_error.hpp"

namespace sluice::tools {

namespace {

std::string example(const RecordType& type) {
  return type.fields.empty() ? "{}" : fmt::format("{{{}: ...}}", type.fields.front().name);
}

}  // namespace

void refuse_given(const std::string& path, const std::string& text, const std::string& hint) {
  const std::string where = path.empty() ? "the message" : fmt::format("field '{}'", path);
  throw ToolError(fmt::format("sluice publish: {}: {}{}", where, text, hint.empty() ? "" : "\n  hint: " + hint));
}

std::string inside(const std::string& path, const std::string& name) { return path.empty() ? name : path + "." + name; }

void check_members(const std::string& channel, const RecordType& type, const Given& given, const std::string& path) {
  if (given.kind != Given::Kind::map) {
    refuse_given(path, fmt::format("fields are needed, as in '{}'", example(type)));
  }
  std::set<std::string> seen;
  for (const auto& [name, value] : given.members) {
    if (!seen.insert(name).second) refuse_given(inside(path, name), "is given twice");
    known_field(channel, type, name, inside(path, name));
  }
}

const Field& known_field(const std::string& channel, const RecordType& type, const std::string& name,
                         const std::string& path) {
  std::vector<std::string> names;
  for (const Field& field : type.fields) {
    if (field.name == name) return field;
    names.push_back(field.name);
  }
  const auto meant = nearest(name, names);
  refuse_given(path, fmt::format("channel '{}' has no such field", channel),
               meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("it has {}", fmt::join(names, ", ")));
}

const std::string& text_given(const Given& given, const std::string& path) {
  if (given.kind != Given::Kind::scalar) refuse_given(path, "a text is needed");
  return given.text;
}

Number number_given(const Field& field, const Given& given, const std::string& path) {
  if (given.kind != Given::Kind::scalar) {
    refuse_given(path, fmt::format("one value is needed: it is of type {}", field.type));
  }
  const ParsedNumber parsed = parse_number(field, given.text);
  if (!parsed.number) refuse_given(path, parsed.fault, parsed.hint);
  // "NaN" and "Infinity" have no other form in JSON; "5" has.
  const bool may_be_quoted = field.names != nullptr || !std::isfinite(as_double(*parsed.number));
  if (given.is_quoted && !may_be_quoted) {
    refuse_given(path, fmt::format("\"{}\" is text: leave out the quotes", given.text));
  }
  return *parsed.number;
}

void check_list(const Field& field, const Given& given, const std::string& path) {
  if (given.kind != Given::Kind::list) {
    refuse_given(path, fmt::format("a list is needed, as in '[...]': it is of type {}", field.type));
  }
  const std::size_t count = given.items.size();
  if (field.form == Form::array && count != field.bound) {
    refuse_given(path, fmt::format("{} elements are given, it has {}", count, field.bound));
  }
  if (field.bound != 0 && count > field.bound) {
    refuse_given(path, fmt::format("{} elements are given, at most {} fit", count, field.bound));
  }
}

}  // namespace sluice::tools
