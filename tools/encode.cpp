#include "encode.hpp"

#include <fmt/format.h>

#include <cstring>

#include "frozen_image.hpp"
#include "given_field.hpp"

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
    check_members(schema_.channel(), type, given, path);
    for (const auto& [name, value] : given.members) {
      const std::string inner = inside(path, name);
      if (value.kind != Given::Kind::nothing)
        field(known_field(schema_.channel(), type, name, inner), begin, value, inner);
    }
  }

  void field(const Field& field, std::uint64_t begin, const Given& given, const std::string& path) {
    if (field.form == Form::text) return text(field, begin + field.data_offset, given, path);
    if (field.form != Form::single) return elements(field, begin + field.data_offset, given, path);
    element(field, begin + (field.data_offset != 0 ? field.data_offset : field.offset), given, path);
  }

  void text(const Field& field, std::uint64_t at, const Given& given, const std::string& path) {
    const std::string& text = text_given(given, path);
    if (text.size() > field.bound) {
      refuse_given(path, fmt::format("the text has {} bytes, at most {} fit", text.size(), field.bound));
    }
    put_length(at, text.size());
    std::memcpy(bytes_.data() + at + field.elements_at, text.data(), text.size());
  }

  void elements(const Field& field, std::uint64_t at, const Given& given, const std::string& path) {
    check_list(field, given, path);
    const std::size_t count = given.items.size();
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
    const Number number = number_given(field, given, path);
    std::memcpy(bytes_.data() + at, &number.bits, bytes_of(field.scalar));
  }

  void put_length(std::uint64_t at, std::size_t length) {
    const auto word = static_cast<std::uint32_t>(length);
    std::memcpy(bytes_.data() + at, &word, sizeof word);
  }

  const MessageSchema& schema_;
  std::vector<std::byte> bytes_;
};

}  // namespace

std::vector<std::byte> encode(const MessageSchema& schema, const std::vector<std::byte>& defaults, const Given& given) {
  return Encoder(schema, defaults).encode(given);
}

}  // namespace sluice::tools
