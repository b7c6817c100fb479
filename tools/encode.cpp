#include "encode.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <set>

#include "frozen_image.hpp"
#include "nearest.hpp"
#include "number_text.hpp"
#include "tool_error.hpp"

namespace sluice::tools {

namespace {

class Encoder {
 public:
  Encoder(const MessageSchema& schema, std::vector<std::byte> bytes) : schema_(schema), bytes_(std::move(bytes)) {}

  std::vector<std::byte> encode(const Given& given) {
    record(schema_.message(), 0, given, "");
    return std::move(bytes_);
  }

 private:
  void record(const RecordType& type, std::uint64_t begin, const Given& given, const std::string& path) {
    if (given.kind != Given::Kind::map) {
      fail(path, fmt::format("fields are needed, as in '{}'", example(type)));
    }
    std::set<std::string> seen;
    for (const auto& [name, value] : given.members) {
      const std::string inner = path.empty() ? name : path + "." + name;
      if (!seen.insert(name).second) fail(inner, "is given twice");
      const Field& known = find(type, name, inner);
      if (value.kind != Given::Kind::nothing) field(known, begin, value, inner);
    }
  }

  static std::string example(const RecordType& type) {
    return type.fields.empty() ? "{}" : fmt::format("{{{}: ...}}", type.fields.front().name);
  }

  const Field& find(const RecordType& type, const std::string& name, const std::string& path) const {
    std::vector<std::string> names;
    for (const Field& field : type.fields) {
      if (field.name == name) return field;
      names.push_back(field.name);
    }
    const auto meant = nearest(name, names);
    fail(path, fmt::format("channel '{}' has no such field", schema_.channel()),
         meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("it has {}", fmt::join(names, ", ")));
  }

  void field(const Field& field, std::uint64_t begin, const Given& given, const std::string& path) {
    if (field.form == Form::text) return text(field, begin + field.data_offset, given, path);
    if (field.form != Form::single) return elements(field, begin + field.data_offset, given, path);
    element(field, begin + (field.data_offset != 0 ? field.data_offset : field.offset), given, path);
  }

  void text(const Field& field, std::uint64_t at, const Given& given, const std::string& path) {
    if (given.kind != Given::Kind::scalar) fail(path, "a text is needed");
    if (given.text.size() > field.bound) {
      fail(path, fmt::format("the text has {} bytes, at most {} fit", given.text.size(), field.bound));
    }
    put_length(at, given.text.size());
    std::memcpy(bytes_.data() + at + field.elements_at, given.text.data(), given.text.size());
  }

  void elements(const Field& field, std::uint64_t at, const Given& given, const std::string& path) {
    if (given.kind != Given::Kind::list) {
      fail(path, fmt::format("a list is needed, as in '[...]': it is of type {}", field.type));
    }
    const std::size_t count = given.items.size();
    if (field.form == Form::array && count != field.bound) {
      fail(path, fmt::format("{} elements are given, it has {}", count, field.bound));
    }
    if (count > field.bound) fail(path, fmt::format("{} elements are given, at most {} fit", count, field.bound));
    put_length(at, count);
    for (std::size_t index = 0; index < count; ++index) {
      const std::uint64_t place = at + field.elements_at + index * field.element_bytes;
      const bool is_struct = field.record != nullptr && field.record->is_inline;
      if (is_struct) set_defaults(schema_, *field.record, bytes_.data() + place);
      if (given.items[index].kind == Given::Kind::nothing) continue;
      element(field, place, given.items[index], fmt::format("{}[{}]", path, index));
    }
  }

  void element(const Field& field, std::uint64_t at, const Given& given, const std::string& path) {
    if (field.record != nullptr) return record(*field.record, at, given, path);
    if (given.kind != Given::Kind::scalar) fail(path, fmt::format("one value is needed: it is of type {}", field.type));
    const ParsedNumber parsed = parse_number(field, given.text);
    if (!parsed.number) fail(path, parsed.fault, parsed.hint);
    // "NaN" and "Infinity" have no other form in JSON; "5" has.
    const bool may_be_quoted = field.names != nullptr || !std::isfinite(as_double(*parsed.number));
    if (given.is_quoted && !may_be_quoted) fail(path, fmt::format("\"{}\" is text: leave out the quotes", given.text));
    std::memcpy(bytes_.data() + at, &parsed.number->bits, bytes_of(field.scalar));
  }

  void put_length(std::uint64_t at, std::size_t length) {
    const auto word = static_cast<std::uint32_t>(length);
    std::memcpy(bytes_.data() + at, &word, sizeof word);
  }

  [[noreturn]] void fail(const std::string& path, const std::string& text, const std::string& hint = "") const {
    const std::string where = path.empty() ? "the message" : fmt::format("field '{}'", path);
    throw ToolError(fmt::format("sluice publish: {}: {}{}", where, text, hint.empty() ? "" : "\n  hint: " + hint));
  }

  const MessageSchema& schema_;
  std::vector<std::byte> bytes_;
};

}  // namespace

std::vector<std::byte> encode(const MessageSchema& schema, const std::vector<std::byte>& defaults, const Given& given) {
  return Encoder(schema, defaults).encode(given);
}

}  // namespace sluice::tools
