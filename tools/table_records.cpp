#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <optional>

#include "descriptor_generated.h"
#include "descriptor_lookup.hpp"
#include "escaped_text.hpp"
#include "schema_builders.hpp"
#include "tool_error.hpp"

namespace sluice::tools {

namespace {

std::string shown(const flatbuffers::String* string) { return escaped(detail::text(string)); }

std::optional<Scalar> scalar_of(reflection::BaseType base) {
  switch (base) {
    case reflection::Bool:
      return Scalar::boolean;
    case reflection::Byte:
      return Scalar::i8;
    case reflection::UType:
    case reflection::UByte:
      return Scalar::u8;
    case reflection::Short:
      return Scalar::i16;
    case reflection::UShort:
      return Scalar::u16;
    case reflection::Int:
      return Scalar::i32;
    case reflection::UInt:
      return Scalar::u32;
    case reflection::Long:
      return Scalar::i64;
    case reflection::ULong:
      return Scalar::u64;
    case reflection::Float:
      return Scalar::f32;
    case reflection::Double:
      return Scalar::f64;
    default:
      return std::nullopt;
  }
}

bool is_flags(const reflection::Enum& entry) {
  if (entry.attributes() == nullptr) return false;
  return std::any_of(entry.attributes()->begin(), entry.attributes()->end(), [](const reflection::KeyValue* attribute) {
    return attribute->key()->string_view() == "bit_flags";
  });
}

// Deprecated fields have no accessors: nobody is meant to read them.
std::vector<const reflection::Field*> fields_in_order(const reflection::Object& object) {
  std::vector<const reflection::Field*> fields;
  for (const reflection::Field* const field : *object.fields()) {
    if (!field->deprecated()) fields.push_back(field);
  }
  std::sort(fields.begin(), fields.end(), [](const auto* a, const auto* b) { return a->id() < b->id(); });
  return fields;
}

constexpr std::uint64_t kMaxStructBytes = 65'535;
constexpr unsigned kMaxDepth = 64;
constexpr std::uint64_t kMaxAlignment = 32;

// In a vtable. A builder that meets two fields of one place stops the program.
bool is_place_of(const reflection::Field& field) { return field.offset() == 4 + 2 * field.id(); }

// flatc puts the number of a union's member into a field of its own, right before; of vectors likewise.
bool has_its_type(const std::vector<Field>& fields) {
  const Form form = fields.back().form;
  if (form != Form::choice && form != Form::choices) return true;
  if (fields.size() < 2) return false;
  const Field& type = fields[fields.size() - 2];
  return type.form == (form == Form::choice ? Form::single : Form::sequence) && type.scalar == Scalar::u8 &&
         type.names == fields.back().names;
}

bool is_alignment(std::uint64_t bytes) { return std::has_single_bit(bytes) && bytes <= kMaxAlignment; }

}  // namespace

TableRecords::TableRecords(const descriptor::Payload& payload, MessageSchema& schema)
    : root_(detail::text(payload.root())), user_schema_(payload), schema_(schema) {}

void TableRecords::build() {
  for (const reflection::Object* const object : *user_schema_.schema().objects()) {
    RecordType& record = schema_.records_.emplace_back();
    record.name = shown(object->name());
    record.is_inline = object->is_struct();
    record.bytes = object->is_struct() ? static_cast<std::uint64_t>(std::max(object->bytesize(), 0)) : 0;
    record.alignment = object->is_struct() ? static_cast<std::uint64_t>(std::max(object->minalign(), 0)) : 4;
    records_[object] = &record;
  }
  for (const reflection::Object* const object : *user_schema_.schema().objects()) fill(*object, *records_.at(object));
  for (const auto& [object, record] : records_) {
    if (record->is_inline) check_struct(*record);
  }
  schema_.message_ = records_.at(user_schema_.object(root_));
}

void TableRecords::fill(const reflection::Object& object, RecordType& record) {
  const std::vector<const reflection::Field*> fields = fields_in_order(object);
  const auto same_id = [](const auto* a, const auto* b) { return a->id() == b->id(); };
  const bool has_twice = std::adjacent_find(fields.begin(), fields.end(), same_id) != fields.end();
  if (has_twice && !object.is_struct()) fail(record.name, "two fields share a place");
  for (const reflection::Field* const field : fields) {
    record.fields.push_back(read(*field, object));
    if (!object.is_struct() && !is_place_of(*field)) fail(record.name, "a field is not where its id says");
    if (!has_its_type(record.fields)) fail(record.name, "a union does not follow its type");
  }
}

Field TableRecords::read(const reflection::Field& from, const reflection::Object& owner) {
  Field field;
  field.name = shown(from.name());
  field.type = escaped(user_schema_.shown(*from.type()));
  field.offset = from.offset();
  field.default_integer = from.default_integer();
  field.default_real = from.default_real();
  field.is_optional = from.optional();
  field.is_required = from.required();
  read_type(*from.type(), field);
  if (field.form == Form::sequence) read_bytes(from, owner, field);
  const bool fits_a_struct = field.form == Form::single || field.form == Form::array;
  if (owner.is_struct() && (!fits_a_struct || (field.record != nullptr && !field.record->is_inline))) {
    fail(shown(owner.name()), "a struct holds what has no fixed size");
  }
  return field;
}

void TableRecords::read_type(const reflection::Type& type, Field& field) {
  switch (type.base_type()) {
    case reflection::String:
      field.form = Form::text;
      return;
    case reflection::Union:
      field.form = Form::choice;
      read_members(type, field);
      return;
    case reflection::Vector:
      if (type.element() == reflection::Union) {
        field.form = Form::choices;
        read_members(type, field);
        return;
      }
      field.form = Form::sequence;
      read_element(type.element(), type, field);
      return;
    case reflection::Array:
      field.form = Form::array;
      field.bound = type.fixed_length();
      read_element(type.element(), type, field);
      return;
    default:
      read_element(type.base_type(), type, field);
  }
}

void TableRecords::read_element(reflection::BaseType base, const reflection::Type& type, Field& field) {
  if (base == reflection::String) {
    field.is_text = true;
    field.element_bytes = 4;
  } else if (base == reflection::Obj) {
    field.record = record_in(type);
    field.element_bytes = field.record->is_inline ? field.record->bytes : 4;
  } else if (const auto scalar = scalar_of(base)) {
    field.scalar = *scalar;
    field.element_bytes = bytes_of(*scalar);
    field.names = names_in(type);
  } else {
    fail(field.name, "a field has no type");
  }
}

void TableRecords::read_members(const reflection::Type& type, Field& field) {
  const reflection::Enum* const choices = user_schema_.enum_in(type);
  if (choices == nullptr) fail(field.name, "a union without members");
  field.names = names_in(type);
  for (const reflection::EnumVal* const value : *choices->values()) {
    if (value->union_type() == nullptr) continue;
    const bool is_text = value->union_type()->base_type() == reflection::String;
    if (!is_text && user_schema_.object_in(*value->union_type()) == nullptr) continue;
    field.members.emplace_back(static_cast<std::uint64_t>(value->value()),
                               is_text ? nullptr : record_in(*value->union_type()));
  }
}

const RecordType* TableRecords::record_in(const reflection::Type& type) const {
  const reflection::Object* const object = user_schema_.object_in(type);
  if (object == nullptr) fail(root_, "a field is of a type that is not there");
  return records_.at(object);
}

const EnumType* TableRecords::names_in(const reflection::Type& type) {
  const reflection::Enum* const entry = user_schema_.enum_in(type);
  if (entry == nullptr) return nullptr;
  if (const auto found = enums_.find(entry); found != enums_.end()) return found->second;
  EnumType& made = schema_.enums_.emplace_back();
  made.name = shown(entry->name());
  made.is_flags = is_flags(*entry);
  for (const reflection::EnumVal* const value : *entry->values()) {
    made.values.emplace_back(shown(value->name()), static_cast<std::uint64_t>(value->value()));
  }
  return enums_[entry] = &made;
}

// What a vector's attributes say about its bytes.
void TableRecords::read_bytes(const reflection::Field& from, const reflection::Object& owner, Field& field) {
  const std::string root = user_schema_.nested_root(detail::text(owner.name()), from);
  const reflection::Object* const object = root.empty() ? nullptr : user_schema_.object(root);
  if (object != nullptr && !object->is_struct()) field.nested = records_.at(object);
  if (from.attributes() == nullptr) return;
  for (const reflection::KeyValue* const attribute : *from.attributes()) {
    if (attribute->key()->string_view() != "force_align") continue;
    field.alignment = std::strtoul(detail::text(attribute->value()).c_str(), nullptr, 10);
    if (!is_alignment(field.alignment)) fail(field.name, "its alignment cannot be");
  }
}

// In a struct a reader follows no offset of the message, so the schema's own places must be right.
void TableRecords::check_struct(RecordType& record) {
  if (sound_.count(&record) > 0) return;
  if (!under_way_.insert(&record).second) fail(record.name, "a struct holds itself");
  if (record.bytes == 0 || record.bytes > kMaxStructBytes) fail(record.name, "its size cannot be");
  if (!is_alignment(record.alignment)) fail(record.name, "its alignment cannot be");
  std::uint64_t end = 0;
  for (const Field& field : record.fields) {
    const std::uint64_t count = field.form == Form::array ? field.bound : 1;
    if (field.offset < end || count == 0) fail(record.name, "two fields share bytes");
    end = field.offset + count * field.element_bytes;
    if (end > record.bytes) fail(record.name, "a field lies outside");
    if (field.record == nullptr) continue;
    check_struct(const_cast<RecordType&>(*field.record));  // one of records_, which are ours to fill
    record.depth = std::max(record.depth, field.record->depth + 1);
    if (record.depth > kMaxDepth) fail(record.name, fmt::format("it is nested more than {} deep", kMaxDepth));
  }
  under_way_.erase(&record);
  sound_.insert(&record);
}

void TableRecords::fail(const std::string& name, const std::string& text) const {
  throw ToolError(
      fmt::format("sluice: channel '{}': its FlatBuffers schema is damaged: '{}': {}", schema_.channel(), name, text));
}

}  // namespace sluice::tools
