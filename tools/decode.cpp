#include "decode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "errors.hpp"
#include "table_reader.hpp"

namespace sluice::tools {

namespace {

struct TooManyMembers : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::uint64_t clamped_length(const std::byte* at, std::uint64_t bound) {
  std::uint32_t length = 0;
  std::memcpy(&length, at, sizeof length);
  return std::min<std::uint64_t>(length, bound);
}

struct Elements {
  const std::byte* first;
  std::uint64_t count;
};

Elements elements_of(const Field& field, const std::byte* begin) {
  const std::byte* const data = begin + field.data_offset;
  const std::uint64_t count = field.form == Form::array ? field.bound : clamped_length(data, field.bound);
  return {data + field.elements_at, count};
}

const std::byte* single_of(const Field& field, const std::byte* begin) {
  return begin + (field.data_offset != 0 ? field.data_offset : field.offset);
}

const Field* find(const RecordType& record, const std::string& name) {
  const auto found =
      std::find_if(record.fields.begin(), record.fields.end(), [&](const Field& field) { return field.name == name; });
  return found != record.fields.end() ? &*found : nullptr;
}

class Decoder {
 public:
  Record message(const RecordType& type, const std::byte* begin) {
    Record values;
    for (const Field& each : type.fields) {
      within_ = each.name;
      values.members.push_back({&each, field(each, begin)});
    }
    return values;
  }

  Value chosen(const RecordType& message, const std::byte* begin, const FieldPath& path) {
    within_ = path.text;
    return along(message, begin, path.steps, 0);
  }

 private:
  void count(std::uint64_t members) {
    if (members > members_left_) {
      throw TooManyMembers(
          fmt::format("'{}' has more than {} values in nested types: choose other fields, or elements by their index",
                      within_, detail::with_commas(kMaxMembers)));
    }
    members_left_ -= members;
  }

  Record record(const RecordType& type, const std::byte* begin) {
    count(type.fields.size());
    Record values;
    values.members.reserve(type.fields.size());
    for (const Field& each : type.fields) values.members.push_back({&each, field(each, begin)});
    return values;
  }

  Value field(const Field& field, const std::byte* begin) {
    if (field.form == Form::text) {
      const Elements bytes = elements_of(field, begin);
      return {Text{{reinterpret_cast<const char*>(bytes.first), bytes.count}}};
    }
    if (field.form != Form::single) return elements(field, elements_of(field, begin));
    const std::byte* const at = single_of(field, begin);
    if (field.record != nullptr) return {record(*field.record, at)};
    return {number_at(at, field.scalar, field.names)};
  }

  Value elements(const Field& field, const Elements& elements) {
    if (field.record == nullptr) return {Numbers{field.scalar, elements.first, elements.count, field.names}};
    return each(field, elements, [&](const std::byte* at) { return Value{record(*field.record, at)}; });
  }

  template <class Make>
  Value each(const Field& field, const Elements& elements, Make&& make) {
    count(elements.count);
    List list;
    list.items.reserve(elements.count);
    for (std::uint64_t at = 0; at < elements.count; ++at) {
      list.items.push_back(make(elements.first + at * field.element_bytes));
    }
    return {std::move(list)};
  }

  // Goes into records as the steps say, and decodes what lies at their end.
  Value along(const RecordType& type, const std::byte* begin, const FieldPath::Steps& steps, std::size_t at) {
    const Field* const next = find(type, std::get<std::string>(steps[at]));
    if (next == nullptr) return {};
    if (next->record == nullptr || at + 1 == steps.size()) return follow(field(*next, begin), steps, at + 1);
    const auto inside = [&](const std::byte* element, std::size_t behind) {
      return behind == steps.size() ? Value{record(*next->record, element)}
                                    : along(*next->record, element, steps, behind);
    };
    if (next->form == Form::single) return inside(single_of(*next, begin), at + 1);
    const Elements all = elements_of(*next, begin);
    if (const auto* const index = std::get_if<std::uint64_t>(&steps[at + 1])) {
      return *index < all.count ? inside(all.first + *index * next->element_bytes, at + 2) : Value{};
    }
    return each(*next, all, [&](const std::byte* element) { return inside(element, at + 2); });
  }

  std::uint64_t members_left_ = kMaxMembers;
  std::string_view within_;  // of the message: what a refusal names
};

Decoded decode_own(const MessageSchema& schema, const std::byte* slot, const std::vector<FieldPath>& paths) {
  Decoder decoder;
  Decoded decoded;
  try {
    if (paths.empty()) decoded.message = decoder.message(schema.message(), slot);
    for (const FieldPath& path : paths) decoded.chosen.push_back(decoder.chosen(schema.message(), slot, path));
  } catch (const TooManyMembers& refusal) {
    return {{}, refusal.what()};
  }
  return decoded;
}

}  // namespace

Decoded decode(const MessageSchema& schema, const std::byte* slot, const std::vector<FieldPath>& paths) {
  if (!schema.is_table()) return decode_own(schema, slot, paths);
  Decoded decoded = decode_table(schema, slot);
  for (const FieldPath& path : paths) decoded.chosen.push_back(select(decoded.message, path));
  return decoded;
}

}  // namespace sluice::tools
