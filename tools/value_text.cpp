#include "value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "errors.hpp"
#include "tool_error.hpp"

namespace sluice::tools {

namespace {

std::string special(double value, bool is_json) {
  if (std::isnan(value)) return is_json ? "\"NaN\"" : ".nan";
  if (value > 0) return is_json ? "\"Infinity\"" : ".inf";
  return is_json ? "\"-Infinity\"" : "-.inf";
}

std::string floating_text(const Number& number, bool is_json) {
  if (number.scalar == Scalar::f32) {
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(number.bits));
    return std::isfinite(value) ? fmt::format("{}", value) : special(static_cast<double>(value), is_json);
  }
  const auto value = std::bit_cast<double>(number.bits);
  return std::isfinite(value) ? fmt::format("{}", value) : special(value, is_json);
}

std::string integer_text(const Number& number) {
  if (is_signed(number.scalar)) return fmt::format("{}", static_cast<std::int64_t>(number.bits));
  return fmt::format("{}", number.bits);
}

struct Named {
  std::string text;
  bool is_whole = false;  // nothing of the number is left without a name
};

// A flag of several bits counts before its parts do.
Named flags_text(const Number& number) {
  const std::size_t bytes = bytes_of(number.scalar);
  std::uint64_t left = bytes == 8 ? number.bits : number.bits & ((1ULL << (8 * bytes)) - 1);
  std::vector<std::pair<std::string, std::uint64_t>> values = number.names->values;
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return std::popcount(a.second) > std::popcount(b.second); });
  std::vector<std::string> names;
  for (const auto& [name, bits] : values) {
    if (bits == 0 || (left & bits) != bits) continue;
    names.push_back(name);
    left &= ~bits;
  }
  if (names.empty()) return {};
  if (left != 0) names.push_back(fmt::format("{:#x}", left));
  return {fmt::format("{}", fmt::join(names, "|")), left == 0};
}

// Of an enum's number; an unknown one has no text.
Named name_of_value(const Number& number) {
  if (number.names == nullptr) return {};
  for (const auto& [name, bits] : number.names->values) {
    if (bits == number.bits) return {name, true};
  }
  return number.names->is_flags ? flags_text(number) : Named{};
}

std::string quoted(std::string_view bytes) {
  std::string out = "\"";
  for (const char c : escaped(bytes)) {
    if (c == '"') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string unit_behind(const Field* field) {
  if (field == nullptr || field->unit.empty()) return "";
  if (!field->scale.empty()) return fmt::format(" x {} {}", field->scale, field->unit);
  return " " + field->unit;
}

// The first and the last elements, where there are too many.
template <class Print>
std::string elements_text(std::size_t count, const TextLimits& limits, Print&& print) {
  std::string out = "[";
  const std::size_t shown_first = count <= limits.elements ? count : limits.elements - 1;
  for (std::size_t at = 0; at < shown_first; ++at) out += (at > 0 ? ", " : "") + print(at);
  if (shown_first < count) out += fmt::format(", ... {} more ..., {}", count - shown_first - 1, print(count - 1));
  return out + "]";
}

std::string record_text(const Record& record, const TextLimits& limits) {
  std::string out = "{";
  for (const Member& member : record.members) {
    if (out.size() > 1) out += ", ";
    out += member.field->name + ": " + flow_text(member.value, member.field, limits);
  }
  return out + "}";
}

bool is_record_or_list(const Value& value) { return value.as<Record>() != nullptr || value.as<List>() != nullptr; }

bool is_flat(const Record& record) {
  return record.members.size() <= 6 && std::none_of(record.members.begin(), record.members.end(),
                                                    [](const Member& each) { return is_record_or_list(each.value); });
}

void append_block(std::string& out, const Record& record, const TextLimits& limits, std::size_t indent);

void append_items(std::string& out, const List& list, const TextLimits& limits, std::size_t indent) {
  const std::string margin(indent, ' ');
  for (std::size_t at = 0; at < list.items.size(); ++at) {
    if (at == limits.elements) {
      out += fmt::format("{}... {} more\n", margin, list.items.size() - at);
      return;
    }
    const auto* const record = list.items[at].as<Record>();
    if (record == nullptr || is_flat(*record)) {
      out += fmt::format("{}- {}\n", margin, flow_text(list.items[at], nullptr, limits));
      continue;
    }
    std::string block;
    append_block(block, *record, limits, indent + 2);
    block[indent] = '-';
    out += block;
  }
}

void append_member(std::string& out, const Member& member, const TextLimits& limits, std::size_t indent) {
  out += fmt::format("{:{}}{}:", "", indent, member.field->name);
  const auto* const record = member.value.as<Record>();
  const auto* const list = member.value.as<List>();
  if (record != nullptr && !is_flat(*record)) {
    out += "\n";
    append_block(out, *record, limits, indent + 2);
  } else if (list != nullptr && !list->items.empty()) {
    out += "\n";
    append_items(out, *list, limits, indent + 2);
  } else {
    out += " " + flow_text(member.value, member.field, limits) + "\n";
  }
}

void append_block(std::string& out, const Record& record, const TextLimits& limits, std::size_t indent) {
  for (const Member& member : record.members) append_member(out, member, limits, indent);
  if (record.members.empty()) out += fmt::format("{:{}}{{}}\n", "", indent);
}

std::string json_number(const Number& number) {
  if (number.scalar == Scalar::boolean) return number.bits != 0 ? "true" : "false";
  if (is_floating(number.scalar)) return floating_text(number, true);
  const Named name = name_of_value(number);
  return name.is_whole ? json_string(name.text) : integer_text(number);
}

template <class Each>
void append_list(std::string& out, std::size_t count, Each&& each) {
  out += '[';
  for (std::size_t at = 0; at < count; ++at) {
    if (at > 0) out += ',';
    each(at);
  }
  out += ']';
}

constexpr std::size_t kMaxColumns = 16'384;  // a type that holds another twice doubles them, at each level

// A record gets a column for each of its fields. Not a table of the user's own in another: it may hold itself.
bool is_spread(const Field& field, const MessageSchema& schema) {
  return field.form == Form::single && field.record != nullptr && (field.record->is_inline || !schema.is_table());
}

void append_columns(std::vector<std::string>& columns, const RecordType& record, const std::string& prefix,
                    const MessageSchema& schema) {
  for (const Field& field : record.fields) {
    if (is_spread(field, schema)) {
      append_columns(columns, *field.record, prefix + field.name + ".", schema);
    } else {
      columns.push_back(prefix + field.name);
    }
    if (columns.size() <= kMaxColumns) continue;
    throw ToolError(fmt::format("sluice echo: '{}' has more than {} columns\n  hint: choose fields, or --format json",
                                schema.channel(), detail::with_commas(kMaxColumns)));
  }
}

void append_cells(std::vector<std::string>& cells, const RecordType& record, const Record* values,
                  const MessageSchema& schema) {
  for (std::size_t at = 0; at < record.fields.size(); ++at) {
    const Field& field = record.fields[at];
    const Value* const value = values != nullptr && at < values->members.size() ? &values->members[at].value : nullptr;
    if (is_spread(field, schema)) {
      append_cells(cells, *field.record, value != nullptr ? value->as<Record>() : nullptr, schema);
    } else {
      cells.push_back(value != nullptr ? csv_cell(*value) : "");
    }
  }
}

}  // namespace

std::string text_of(const Number& number) {
  if (number.scalar == Scalar::boolean) return number.bits != 0 ? "true" : "false";
  if (is_floating(number.scalar)) return floating_text(number, false);
  const Named name = name_of_value(number);
  return name.text.empty() ? integer_text(number) : name.text;
}

std::string flow_text(const Value& value, const Field* field, const TextLimits& limits) {
  if (const auto* const number = value.as<Number>()) return text_of(*number) + unit_behind(field);
  if (const auto* const numbers = value.as<Numbers>()) {
    return elements_text(numbers->count, limits, [&](std::size_t at) { return text_of((*numbers)[at]); }) +
           unit_behind(field);
  }
  if (const auto* const text = value.as<Text>()) return quoted(text->bytes);
  if (const auto* const list = value.as<List>()) {
    return elements_text(list->items.size(), limits,
                         [&](std::size_t at) { return flow_text(list->items[at], nullptr, limits); });
  }
  if (const auto* const record = value.as<Record>()) return record_text(*record, limits);
  return "absent";
}

std::string block_text(const Record& message, const TextLimits& limits) {
  std::string out;
  append_block(out, message, limits, 0);
  return out;
}

void append_json(std::string& out, const Value& value) {
  if (const auto* const number = value.as<Number>()) {
    out += json_number(*number);
  } else if (const auto* const numbers = value.as<Numbers>()) {
    append_list(out, numbers->count, [&](std::size_t at) { out += json_number((*numbers)[at]); });
  } else if (const auto* const text = value.as<Text>()) {
    out += json_string(text->bytes);
  } else if (const auto* const list = value.as<List>()) {
    append_list(out, list->items.size(), [&](std::size_t at) { append_json(out, list->items[at]); });
  } else if (const auto* const record = value.as<Record>()) {
    out += '{';
    for (const Member& member : record->members) {
      if (out.back() != '{') out += ',';
      out += json_string(member.field->name) + ':';
      append_json(out, member.value);
    }
    out += '}';
  } else {
    out += "null";
  }
}

std::string json_of(const Value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

std::vector<std::string> csv_columns(const MessageSchema& schema) {
  std::vector<std::string> columns;
  append_columns(columns, schema.message(), "", schema);
  return columns;
}

std::vector<std::string> csv_cells(const Record& message, const MessageSchema& schema) {
  std::vector<std::string> cells;
  append_cells(cells, schema.message(), &message, schema);
  return cells;
}

std::string csv_cell(const Value& value) {
  if (const auto* const number = value.as<Number>()) return text_of(*number);
  if (const auto* const text = value.as<Text>()) return escaped(text->bytes);
  return value.as<Absent>() != nullptr ? "" : json_of(value);
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (&cell != &cells.front()) line += ',';
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + "\n";
}

}  // namespace sluice::tools
