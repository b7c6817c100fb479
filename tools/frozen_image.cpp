#include "frozen_image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "number_text.hpp"
#include "tool_error.hpp"

namespace sluice::tools {

namespace {

class ImageMaker {
 public:
  ImageMaker(const MessageSchema& schema, std::byte* bytes) : schema_(schema), bytes_(bytes) {}

  void make_message() {
    constexpr std::uint64_t table_at = 4;
    constexpr std::uint64_t number_at_byte = 8;
    put<std::uint32_t>(0, table_at);
    make_table(schema_.message(), 0, table_at, {number_at_byte});
  }

  // `begin` counts from the bytes that this was made with.
  void make_fields(const RecordType& record, std::uint64_t begin) {
    for (const Field& field : record.fields) {
      if (field.data_offset != 0) put<std::uint32_t>(begin + field.offset, field.data_offset - field.offset);
      if (field.form == Form::single) {
        make_single(field, begin + (field.data_offset != 0 ? field.data_offset : field.offset));
      } else if (field.form != Form::text) {
        make_elements(field, begin + field.data_offset);
      }
    }
  }

 private:
  template <class T>
  void put(std::uint64_t at, std::uint64_t value) {
    const auto narrowed = static_cast<T>(value);
    std::memcpy(bytes_ + at, &narrowed, sizeof narrowed);
  }

  // Inline parts of all fields, in the order of their ids, make the vtable; it lies behind the last field.
  void make_table(const RecordType& record, std::uint64_t begin, std::uint64_t table_at,
                  std::vector<std::uint64_t> offsets) {
    std::uint64_t inline_end = table_at + 4 + (offsets.empty() ? 0 : 8);
    for (const Field& field : record.fields) {
      offsets.push_back(field.offset);
      const bool is_value = field.form == Form::single && field.data_offset == 0;
      inline_end = std::max(inline_end, field.offset + (is_value ? field.element_bytes : 4));
    }
    const std::uint64_t vtable_at = (record.fields_end + 1) / 2 * 2;
    const std::uint64_t vtable_bytes = 2 * (2 + offsets.size());
    if (vtable_at + vtable_bytes > record.bytes) fail(record.name, "its fields leave no room for a vtable");
    put<std::uint32_t>(begin + table_at, table_at - vtable_at);
    put<std::uint16_t>(begin + vtable_at, vtable_bytes);
    put<std::uint16_t>(begin + vtable_at + 2, inline_end - table_at);
    for (std::size_t at = 0; at < offsets.size(); ++at) {
      put<std::uint16_t>(begin + vtable_at + 4 + 2 * at, offsets[at] - table_at);
    }
    make_fields(record, begin);
  }

  void make_record(const RecordType& record, std::uint64_t begin) {
    if (record.is_inline) {
      make_fields(record, begin);
    } else {
      make_table(record, begin, 0, {});
    }
  }

  void make_single(const Field& field, std::uint64_t at) {
    if (field.record != nullptr) return make_record(*field.record, at);
    std::uint64_t bits = field.names != nullptr ? first_value(*field.names) : 0;
    if (!field.default_value.empty()) {
      const auto parsed = parse_number(field, field.default_value);
      if (!parsed.number) fail(field.name, "its default cannot be: " + parsed.fault);
      bits = parsed.number->bits;
    }
    std::memcpy(bytes_ + at, &bits, bytes_of(field.scalar));
  }

  // Without a default: 0 where the enum has it or is of flags, else the value listed first.
  static std::uint64_t first_value(const EnumType& type) {
    const auto is_zero = [](const auto& value) { return value.second == 0; };
    const bool has_zero = std::any_of(type.values.begin(), type.values.end(), is_zero);
    return type.is_flags || has_zero || type.values.empty() ? 0 : type.values.front().second;
  }

  void make_elements(const Field& field, std::uint64_t length_at) {
    if (field.form == Form::array) put<std::uint32_t>(length_at, field.bound);
    if (field.record == nullptr || (field.record->is_inline && field.form == Form::sequence)) return;
    for (std::uint64_t at = 0; at < field.bound; ++at) {
      const std::uint64_t element = length_at + field.elements_at + at * field.element_bytes;
      const std::uint64_t reference = length_at + 4 + 4 * at;
      if (!field.record->is_inline) put<std::uint32_t>(reference, element - reference);
      make_record(*field.record, element);
    }
  }

  [[noreturn]] void fail(const std::string& name, const std::string& text) const {
    throw ToolError(
        fmt::format("sluice: channel '{}': its descriptor is damaged: '{}': {}", schema_.channel(), name, text));
  }

  const MessageSchema& schema_;
  std::byte* bytes_;
};

}  // namespace

std::vector<std::byte> frozen_image(const MessageSchema& schema) {
  std::vector<std::byte> bytes(schema.message_bytes());
  ImageMaker(schema, bytes.data()).make_message();
  return bytes;
}

void set_defaults(const MessageSchema& schema, const RecordType& structure, std::byte* at) {
  std::memset(at, 0, structure.bytes);
  ImageMaker(schema, at).make_fields(structure, 0);
}

}  // namespace sluice::tools
