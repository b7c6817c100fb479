#include "message_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "descriptor_generated.h"
#include "descriptor_lookup.hpp"
#include "escaped_text.hpp"
#include "schema_builders.hpp"
#include "tool_error.hpp"

namespace sluice::tools {

namespace {

struct ScalarFacts {
  std::string_view name;
  std::size_t bytes;
};

constexpr std::array<ScalarFacts, 11> kScalars{{{"bool", 1},
                                                {"i8", 1},
                                                {"i16", 2},
                                                {"i32", 4},
                                                {"i64", 8},
                                                {"u8", 1},
                                                {"u16", 2},
                                                {"u32", 4},
                                                {"u64", 8},
                                                {"f32", 4},
                                                {"f64", 8}}};

constexpr unsigned kMaxDepth = 64;  // of records in records: what walks them may recurse
constexpr std::uint64_t kRefBytes = 4;
constexpr std::uint64_t kLengthBytes = 4;
constexpr std::uint64_t kMessagePrefix = 16;
constexpr std::uint64_t kTablePrefix = 4;

std::optional<Scalar> scalar_of(std::string_view name) {
  for (std::size_t at = 0; at < kScalars.size(); ++at) {
    if (kScalars[at].name == name) return static_cast<Scalar>(at);
  }
  return std::nullopt;
}

std::uint64_t up(std::uint64_t value, std::uint64_t to) { return (value + to - 1) / to * to; }

// "Peak[<=8]", "Mode[4] as u8", "string<=31" -> its parts.
struct TypeText {
  std::string element;
  std::string width;
  Form form = Form::single;
  std::uint64_t bound = 0;
};

std::optional<std::uint64_t> number_in(std::string_view digits) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool is_whole = read.ec == std::errc() && read.ptr == digits.data() + digits.size();
  return is_whole ? std::optional(value) : std::nullopt;
}

std::optional<TypeText> parse_type(std::string_view text) {
  TypeText parts;
  if (const auto as = text.find(" as "); as != std::string_view::npos) {
    parts.width = text.substr(as + 4);
    text = text.substr(0, as);
  }
  std::string_view bound;
  if (text.substr(0, 8) == "string<=") {
    parts.form = Form::text;
    bound = text.substr(8);
  } else if (!text.empty() && text.back() == ']' && text.find('[') != std::string_view::npos) {
    const auto bracket = text.find('[');
    bound = text.substr(bracket + 1, text.size() - bracket - 2);
    parts.form = bound.substr(0, 2) == "<=" ? Form::sequence : Form::array;
    if (parts.form == Form::sequence) bound.remove_prefix(2);
    parts.element = text.substr(0, bracket);
  } else {
    parts.element = text;
    return parts;
  }
  const auto number = number_in(bound);
  if (!number || *number == 0 || *number > (1U << 30)) return std::nullopt;
  parts.bound = *number;
  return parts;
}

// A schema's words go to the terminal, and nobody has looked at all of them.
std::string shown(const flatbuffers::String* string) { return escaped(detail::text(string)); }

struct Range {
  std::uint64_t begin;
  std::uint64_t end;
};

// Whether each lies behind the one before.
bool are_apart(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
  for (std::size_t at = 1; at < ranges.size(); ++at) {
    if (ranges[at].begin < ranges[at - 1].end) return false;
  }
  return true;
}

}  // namespace

std::size_t bytes_of(Scalar scalar) noexcept { return kScalars[static_cast<std::size_t>(scalar)].bytes; }
std::string_view name_of(Scalar scalar) noexcept { return kScalars[static_cast<std::size_t>(scalar)].name; }
bool is_floating(Scalar scalar) noexcept { return scalar == Scalar::f32 || scalar == Scalar::f64; }
bool is_signed(Scalar scalar) noexcept { return scalar >= Scalar::i8 && scalar <= Scalar::i64; }

double scale_of(const Field& field) noexcept {
  const double scale = std::strtod(field.scale.c_str(), nullptr);  // 0 of an empty text
  return std::isfinite(scale) && scale != 0 ? scale : 1;
}

const Field* field_of_role(const RecordType& record, std::string_view role) noexcept {
  const auto found =
      std::find_if(record.fields.begin(), record.fields.end(), [&](const Field& field) { return field.role == role; });
  return found != record.fields.end() ? &*found : nullptr;
}

// Builds the records of our own schemas. They come in order of dependency, so that a name not yet known is an error.
class NativeRecords {
 public:
  NativeRecords(const descriptor::Channel& channel, MessageSchema& schema) : channel_(channel), schema_(schema) {}

  void build() {
    for (const descriptor::Enum* const entry : *channel_.enums()) add(*entry);
    for (const descriptor::Type* const type : *channel_.types()) add(*type, kTablePrefix);
    schema_.message_ = &add(*channel_.message(), kMessagePrefix);
  }

 private:
  void add(const descriptor::Enum& entry) {
    EnumType& made = schema_.enums_.emplace_back();
    made.name = shown(entry.name());
    made.is_flags = entry.flags();
    const auto carrier = scalar_of(entry.type()->string_view());
    if (!carrier || is_floating(*carrier)) fail(made.name, "its type is no integer");
    for (const descriptor::EnumValue* const value : *entry.values()) {
      const std::string text = shown(value->value());
      const bool is_negative = !text.empty() && text[0] == '-';
      const auto number = number_in(std::string_view(text).substr(is_negative ? 1 : 0));
      if (!number) fail(made.name, "a value is no integer");
      made.values.emplace_back(shown(value->name()), is_negative ? ~*number + 1 : *number);
    }
    enums_[made.name] = {&made, *carrier};
  }

  const RecordType& add(const descriptor::Type& type, std::uint64_t prefix) {
    RecordType& record = schema_.records_.emplace_back();
    record.name = shown(type.name());
    record.bytes = type.size();
    record.fields_end = type.fields_end();
    record.alignment = std::max<std::uint64_t>(type.alignment(), 1);
    record.is_inline = type.inline_struct();
    if (record.is_inline) prefix = 0;
    if (record.bytes < std::max<std::uint64_t>(prefix, 1) || record.fields_end > record.bytes ||
        record.alignment > 64) {
      fail(record.name, "its size cannot be");
    }
    std::vector<Range> taken;
    for (const descriptor::Field* const field : *type.fields()) {
      record.fields.push_back(read(*field, record));
      place(record.fields.back(), record, taken);
    }
    for (const Range& range : taken) {
      if (range.begin < prefix || range.end > record.bytes) fail(record.name, "a field lies outside");
    }
    if (!are_apart(taken)) fail(record.name, "two fields share bytes");
    records_[record.name] = &record;
    return record;
  }

  Field read(const descriptor::Field& from, RecordType& record) {
    Field field;
    field.name = shown(from.name());
    field.type = shown(from.type());
    field.unit = shown(from.unit());
    field.scale = shown(from.scale());
    field.role = shown(from.role());
    field.default_value = shown(from.default_value());
    field.offset = from.offset();
    field.data_offset = from.data_offset();
    const auto parts = parse_type(field.type);
    if (!parts) fail(record.name, fmt::format("field '{}' has a type that cannot be", field.name));
    field.form = parts->form;
    field.bound = parts->bound;
    if (field.form == Form::text) return field;
    read_element(*parts, field, record);
    return field;
  }

  void read_element(const TypeText& parts, Field& field, RecordType& record) {
    if (const auto found = records_.find(parts.element); found != records_.end()) {
      field.record = found->second;
      field.element_bytes = field.record->bytes;
      record.depth = std::max(record.depth, field.record->depth + 1);
      if (record.depth > kMaxDepth) fail(record.name, fmt::format("it is nested more than {} deep", kMaxDepth));
      return;
    }
    auto scalar = scalar_of(parts.element);
    if (const auto found = enums_.find(parts.element); found != enums_.end()) {
      field.names = found->second.first;
      scalar = parts.width.empty() ? found->second.second : scalar_of(parts.width);
    }
    if (!scalar) fail(record.name, fmt::format("field '{}' has the unknown type '{}'", field.name, field.type));
    field.scalar = *scalar;
    field.element_bytes = bytes_of(*scalar);
  }

  // Notes the bytes that a field takes, inline and out of line.
  void place(Field& field, const RecordType& record, std::vector<Range>& taken) {
    const bool is_table = field.record != nullptr && !field.record->is_inline;
    const bool is_value = field.form == Form::single && !is_table;
    if (record.is_inline && !is_value) fail(record.name, "a struct holds what has no fixed size");
    if (is_value) {
      taken.push_back({field.offset, field.offset + field.element_bytes});
      field.data_offset = 0;
      return;
    }
    taken.push_back({field.offset, field.offset + kRefBytes});
    taken.push_back({field.data_offset, field.data_offset + out_of_line_bytes(field, is_table)});
  }

  static std::uint64_t out_of_line_bytes(Field& field, bool is_table) {
    if (field.form == Form::single) return field.element_bytes;
    if (field.form == Form::text) return kLengthBytes + field.bound + 1;
    if (is_table) field.elements_at = up(kLengthBytes + kRefBytes * field.bound, field.record->alignment);
    return field.elements_at + field.bound * field.element_bytes;  // at most 2^30 * 2^32
  }

  [[noreturn]] void fail(const std::string& name, const std::string& text) const {
    throw ToolError(
        fmt::format("sluice: channel '{}': its descriptor is damaged: '{}': {}", shown(channel_.name()), name, text));
  }

  const descriptor::Channel& channel_;
  MessageSchema& schema_;
  std::map<std::string, const RecordType*> records_;
  std::map<std::string, std::pair<const EnumType*, Scalar>> enums_;
};

MessageSchema::MessageSchema(const descriptor::Channel& channel) : channel_(shown(channel.name())) {
  message_bytes_ = channel.message()->size();
  if (channel.payload() != nullptr) {
    most_table_bytes_ = channel.payload()->max_bytes();
    region_bytes_ = up(std::max<std::uint64_t>(most_table_bytes_, 1), 32);
    TableRecords(*channel.payload(), *this).build();
  } else {
    NativeRecords(channel, *this).build();
  }
}

}  // namespace sluice::tools
