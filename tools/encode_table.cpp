#include "encode_table.hpp"

#include <flatbuffers/flatbuffers.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "given_field.hpp"
#include "table_verifier.hpp"

namespace sluice::tools {

namespace {

using Bytes = std::vector<std::byte>;
using Offset = flatbuffers::uoffset_t;

constexpr std::size_t kMostInlineBytes = 65'535;
constexpr std::uint64_t kMostBytes = 1ULL << 30;  // no slot is larger, and FlatBuffers' builder ends at twice that

const Given* find(const Given& given, const std::string& name) {
  for (const auto& [each, value] : given.members) {
    if (each == name) return value.kind != Given::Kind::nothing ? &value : nullptr;
  }
  return nullptr;
}

const std::uint8_t* raw(const Bytes& bytes) { return reinterpret_cast<const std::uint8_t*>(bytes.data()); }

std::uint64_t default_of(const Field& field) {
  if (field.scalar == Scalar::f64) return std::bit_cast<std::uint64_t>(field.default_real);
  if (field.scalar == Scalar::f32) return std::bit_cast<std::uint32_t>(static_cast<float>(field.default_real));
  return static_cast<std::uint64_t>(field.default_integer);
}

std::string names_of(const Field& choice) {
  std::vector<std::string> names;
  for (const auto& [number, record] : choice.members) {
    for (const auto& [name, value] : choice.names->values) {
      if (value == number) names.push_back(name);
    }
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

class TableEncoder {
 public:
  explicit TableEncoder(const std::string& channel) : channel_(channel) {}

  void encode(const RecordType& root, const Given& given, const std::string& path) {
    builder_.Finish(flatbuffers::Offset<flatbuffers::Table>(table(root, given, path)));
  }
  Bytes bytes() const {
    const auto* const begin = reinterpret_cast<const std::byte*>(builder_.GetBufferPointer());
    return {begin, begin + builder_.GetSize()};
  }
  std::size_t alignment() const { return builder_.GetBufferMinAlignment(); }

 private:
  // What stands in the table itself, when all that it leads to is written.
  struct Part {
    const Field* field;
    std::size_t alignment;
    std::uint64_t bits = 0;  // a number, or where the part out of line is
    Bytes structure = {};
  };

  Offset table(const RecordType& type, const Given& given, const std::string& path) {
    check_members(channel_, type, given, path);
    std::vector<Part> parts;
    for (std::size_t at = 0; at < type.fields.size(); ++at) {
      const Field& field = type.fields[at];
      const Given* const value = find(given, field.name);
      const std::string inner = inside(path, field.name);
      const bool is_choice = field.form == Form::choice || field.form == Form::choices;
      if (is_choice) check_choice(field, type.fields[at - 1], given, path);
      if (value == nullptr && field.is_required) refuse_given(inner, "is required, and not given");
      if (value == nullptr) continue;
      parts.push_back(is_choice ? choice(field, type.fields[at - 1], given, path) : part(field, *value, inner));
    }
    check_inline(parts, path);
    return write(parts);
  }
  // Of a table with more FlatBuffers' builder stops the program.
  static void check_inline(const std::vector<Part>& parts, const std::string& path) {
    std::size_t bytes = sizeof(Offset);
    for (const Part& part : parts) bytes += part.structure.size() + 2 * part.alignment;
    if (bytes > kMostInlineBytes) {
      refuse_given(path, fmt::format("its structs and numbers take more than the {} bytes that a table may have",
                                     kMostInlineBytes));
    }
  }

  // The larger first, as flatc has it: the least is lost between them.
  Offset write(std::vector<Part>& parts) {
    std::stable_sort(parts.begin(), parts.end(),
                     [](const Part& a, const Part& b) { return a.alignment > b.alignment; });
    const Offset start = builder_.StartTable();
    for (const Part& part : parts) add(part);
    return builder_.EndTable(start);
  }
  void add(const Part& part) {
    const auto place = static_cast<flatbuffers::voffset_t>(part.field->offset);
    if (!part.structure.empty()) {
      builder_.Align(part.alignment);
      builder_.PushBytes(raw(part.structure), part.structure.size());
      return builder_.AddStructOffset(place, builder_.GetSize());
    }
    const bool is_number = part.field->form == Form::single && part.field->record == nullptr && !part.field->is_text;
    if (!is_number) return builder_.AddOffset(place, flatbuffers::Offset<void>(static_cast<Offset>(part.bits)));
    switch (bytes_of(part.field->scalar)) {
      case 1:
        return add_number<std::uint8_t>(place, part);
      case 2:
        return add_number<std::uint16_t>(place, part);
      case 4:
        return add_number<std::uint32_t>(place, part);
      default:
        return add_number<std::uint64_t>(place, part);
    }
  }
  // By its bits, so that -0.0 is not the default 0.0, and NaN is the default NaN.
  template <class T>
  void add_number(flatbuffers::voffset_t place, const Part& part) {
    const auto value = static_cast<T>(part.bits);
    if (part.field->is_optional) return builder_.AddElement<T>(place, value);
    builder_.AddElement<T>(place, value, static_cast<T>(default_of(*part.field)));
  }

  Part part(const Field& field, const Given& given, const std::string& path) {
    if (field.form == Form::text) return {&field, 4, text(given, path)};
    if (field.form == Form::sequence) return {&field, 4, sequence(field, given, path)};
    if (field.record == nullptr) return {&field, bytes_of(field.scalar), number_given(field, given, path).bits};
    if (!field.record->is_inline) return {&field, 4, table(*field.record, given, path)};
    return {&field, field.record->alignment, 0, structure(*field.record, given, path)};
  }

  Offset text(const Given& given, const std::string& path) {
    const std::string& text = text_given(given, path);
    check_room(text.size(), path);
    return builder_.CreateString(text.data(), text.size()).o;
  }

  Bytes structure(const RecordType& type, const Given& given, const std::string& path) {
    Bytes bytes(type.bytes);
    fill(type, bytes.data(), given, path);
    return bytes;
  }
  void fill(const RecordType& type, std::byte* to, const Given& given, const std::string& path) {
    check_members(channel_, type, given, path);
    for (const Field& field : type.fields) {
      const Given* const value = find(given, field.name);
      if (value == nullptr) continue;
      const std::string inner = inside(path, field.name);
      if (field.form == Form::single) {
        element(field, to + field.offset, *value, inner);
      } else {
        elements(field, to + field.offset, *value, inner);
      }
    }
  }
  // Of null an element has its zeroes.
  void elements(const Field& field, std::byte* to, const Given& given, const std::string& path) {
    check_list(field, given, path);
    for (std::size_t at = 0; at < given.items.size(); ++at) {
      if (given.items[at].kind == Given::Kind::nothing) continue;
      element(field, to + at * field.element_bytes, given.items[at], fmt::format("{}[{}]", path, at));
    }
  }
  void element(const Field& field, std::byte* to, const Given& given, const std::string& path) {
    if (field.record != nullptr) return fill(*field.record, to, given, path);
    const Number number = number_given(field, given, path);
    std::memcpy(to, &number.bits, bytes_of(field.scalar));
  }

  Offset sequence(const Field& field, const Given& given, const std::string& path) {
    if (field.nested != nullptr && given.kind == Given::Kind::map) return nested(field, given, path);
    check_list(field, given, path);
    const bool is_inline = !field.is_text && (field.record == nullptr || field.record->is_inline);
    if (!is_inline) return references(field, given, path);
    check_room(given.items.size() * field.element_bytes, path);
    Bytes bytes(given.items.size() * field.element_bytes);
    elements(field, bytes.data(), given, path);
    return vector_of(bytes, field, given.items.size(), field.alignment);
  }
  Offset vector_of(const Bytes& bytes, const Field& field, std::size_t count, std::size_t forced) {
    const std::size_t natural = field.record != nullptr ? field.record->alignment : bytes_of(field.scalar);
    if (forced > natural) builder_.ForceVectorAlignment(count, field.element_bytes, forced);
    builder_.StartVector(bytes.size() / natural, natural);
    builder_.PushBytes(raw(bytes), bytes.size());
    return builder_.EndVector(count);
  }

  // Strings or tables.
  Offset references(const Field& field, const Given& given, const std::string& path) {
    static const Given kEmptyTable{Given::Kind::map, {}, false, {}, {}};
    std::vector<flatbuffers::Offset<void>> offsets;
    for (std::size_t at = 0; at < given.items.size(); ++at) {
      const Given& item = given.items[at];
      const std::string inner = fmt::format("{}[{}]", path, at);
      if (field.is_text) {
        offsets.emplace_back(text(item, inner));
      } else {
        offsets.emplace_back(table(*field.record, item.kind == Given::Kind::nothing ? kEmptyTable : item, inner));
      }
    }
    return vector_of_references(offsets, path);
  }
  Offset vector_of_references(const std::vector<flatbuffers::Offset<void>>& offsets, const std::string& path) {
    check_room(offsets.size() * sizeof(Offset), path);
    return builder_.CreateVector(offsets).o;
  }

  Offset nested(const Field& field, const Given& given, const std::string& path) {
    TableEncoder inner(channel_);
    inner.encode(*field.nested, given, path);
    const Bytes bytes = inner.bytes();
    check_room(bytes.size(), path);
    return vector_of(bytes, field, bytes.size(), std::max<std::size_t>(inner.alignment(), field.alignment));
  }

  // Which member of a union it is stands in the field before, as flatc lays unions out.
  static void check_choice(const Field& field, const Field& types, const Given& given, const std::string& path) {
    const Given* const type = find(given, types.name);
    const bool is_given = find(given, field.name) != nullptr;
    if (is_given && type == nullptr) {
      refuse_given(inside(path, field.name), fmt::format("which of {} it is must be said", names_of(field)),
                   fmt::format("give '{}', too", types.name));
    }
    if (type == nullptr || is_given) return;
    const bool is_none = types.form == Form::single && number_given(types, *type, inside(path, types.name)).bits == 0;
    if (!is_none) refuse_given(inside(path, types.name), fmt::format("is given, and '{}' is not", field.name));
  }
  Part choice(const Field& field, const Field& types, const Given& given, const std::string& path) {
    const Given& type = *find(given, types.name);
    const Given& value = *find(given, field.name);
    const std::string inner = inside(path, field.name);
    const std::string types_path = inside(path, types.name);
    if (field.form == Form::choice) return {&field, 4, member(field, types, type, types_path, value, inner)};
    check_list(types, type, types_path);
    check_list(field, value, inner);
    if (type.items.size() != value.items.size()) {
      refuse_given(inner, fmt::format("{} elements are given, and {} types in '{}'", value.items.size(),
                                      type.items.size(), types.name));
    }
    std::vector<flatbuffers::Offset<void>> offsets;
    for (std::size_t at = 0; at < value.items.size(); ++at) {
      offsets.emplace_back(member(field, types, type.items[at], fmt::format("{}[{}]", types_path, at), value.items[at],
                                  fmt::format("{}[{}]", inner, at)));
    }
    return {&field, 4, vector_of_references(offsets, inner)};
  }
  Offset member(const Field& field, const Field& types, const Given& type, const std::string& types_path,
                const Given& given, const std::string& path) {
    const std::uint64_t number = number_given(types, type, types_path).bits;
    const auto found = std::find_if(field.members.begin(), field.members.end(),
                                    [&](const auto& each) { return each.first == number; });
    if (found == field.members.end()) {
      refuse_given(types_path, fmt::format("'{}' is none of {}", type.text, names_of(field)));
    }
    const RecordType* const record = found->second;
    if (record == nullptr) return text(given, path);
    if (!record->is_inline) return table(*record, given, path);
    const Bytes bytes = structure(*record, given, path);
    builder_.StartStruct(record->alignment);
    builder_.PushBytes(raw(bytes), bytes.size());
    return builder_.EndStruct();
  }

  void check_room(std::uint64_t bytes, const std::string& path) const {
    if (bytes > kMostBytes - std::min<std::uint64_t>(builder_.GetSize(), kMostBytes)) {
      refuse_given(path,
                   fmt::format("with it the message takes more than {} bytes, and no slot has so many", kMostBytes));
    }
  }

  const std::string& channel_;
  flatbuffers::FlatBufferBuilder builder_;
};

}  // namespace

std::vector<std::byte> encode_table(const MessageSchema& schema, const Given& given) {
  TableEncoder encoder(schema.channel());
  encoder.encode(schema.message(), given, "");
  Bytes bytes = encoder.bytes();
  if (bytes.size() > schema.most_table_bytes()) {
    refuse_given("",
                 fmt::format("as a table it takes {} bytes, at most {} fit", bytes.size(), schema.most_table_bytes()),
                 "max_bytes of the schema says how many");
  }
  if (const auto fault = fault_of_table(schema, bytes)) refuse_given(*fault, "FlatBuffers' verifier refuses it");
  return bytes;
}

}  // namespace sluice::tools
