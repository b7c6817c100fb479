#include "decode.hpp"

#include <algorithm>
#include <cstring>

#include "table_reader.hpp"

namespace sluice::tools {

namespace {

std::uint64_t clamped_length(const std::byte* at, std::uint64_t bound) {
  std::uint32_t length = 0;
  std::memcpy(&length, at, sizeof length);
  return std::min<std::uint64_t>(length, bound);
}

Record decode_record(const RecordType& record, const std::byte* begin);

Value decode_elements(const Field& field, const std::byte* begin) {
  const std::byte* const data = begin + field.data_offset;
  const std::uint64_t count = field.form == Form::array ? field.bound : clamped_length(data, field.bound);
  const std::byte* const elements = data + field.elements_at;
  if (field.record == nullptr) return {Numbers{field.scalar, elements, count, field.names}};
  List list;
  list.items.reserve(count);
  for (std::uint64_t at = 0; at < count; ++at) {
    list.items.push_back({decode_record(*field.record, elements + at * field.element_bytes)});
  }
  return {std::move(list)};
}

Value decode_field(const Field& field, const std::byte* begin) {
  if (field.form == Form::text) {
    const std::byte* const data = begin + field.data_offset;
    return {Text{{reinterpret_cast<const char*>(data + field.elements_at), clamped_length(data, field.bound)}}};
  }
  if (field.form != Form::single) return decode_elements(field, begin);
  const std::byte* const at = begin + (field.data_offset != 0 ? field.data_offset : field.offset);
  if (field.record != nullptr) return {decode_record(*field.record, at)};
  return {number_at(at, field.scalar, field.names)};
}

Record decode_record(const RecordType& record, const std::byte* begin) {
  Record values;
  values.members.reserve(record.fields.size());
  for (const Field& field : record.fields) values.members.push_back({&field, decode_field(field, begin)});
  return values;
}

}  // namespace

Decoded decode(const MessageSchema& schema, const std::byte* slot) {
  if (schema.is_table()) return decode_table(schema, slot);
  return {decode_record(schema.message(), slot), ""};
}

}  // namespace sluice::tools
