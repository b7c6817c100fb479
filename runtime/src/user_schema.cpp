#include "user_schema.hpp"

#include <algorithm>
#include <iterator>

#include "descriptor_generated.h"
#include "descriptor_lookup.hpp"

namespace sluice::detail {

namespace {

constexpr std::size_t kMaxTextBytes = 256;
constexpr std::size_t kMaxEntries = 16'384;
constexpr flatbuffers::voffset_t kBaseTypes[] = {reflection::Type::VT_BASE_TYPE, reflection::Type::VT_ELEMENT};

bool is_plain(const flatbuffers::String* string) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return string->size() <= kMaxTextBytes && std::none_of(string->begin(), string->end(), is_control);
}

constexpr std::string_view kNested = "nested_flatbuffer";

const flatbuffers::String* nested_name(const reflection::Field& field) {
  if (field.attributes() == nullptr) return nullptr;
  for (const reflection::KeyValue* attribute : *field.attributes()) {
    if (attribute->key()->string_view() == kNested) return attribute->value();
  }
  return nullptr;
}

// The generated accessors turn any byte into an enumerator; past the last one the language promises nothing.
bool is_known(const reflection::Type& type) {
  const auto& table = reinterpret_cast<const flatbuffers::Table&>(type);
  return std::all_of(std::begin(kBaseTypes), std::end(kBaseTypes), [&table](flatbuffers::voffset_t field) {
    const auto base = table.GetField<std::int8_t>(field, 0);
    return base >= 0 && base <= reflection::MaxBaseType;
  });
}

bool is_fit_to_compare(const reflection::Field& field) {
  const flatbuffers::String* const nested = nested_name(field);
  return is_plain(field.name()) && is_known(*field.type()) && (nested == nullptr || is_plain(nested));
}

// As verify_descriptor.cpp does it for our own schemas: what a comparison visits, and every text that it prints.
bool is_fit_to_compare(const reflection::Schema& schema) {
  std::size_t entries = 0;
  for (const reflection::Object* object : *schema.objects()) {
    if (!is_plain(object->name())) return false;
    for (const reflection::Field* field : *object->fields()) {
      if (++entries > kMaxEntries || !is_fit_to_compare(*field)) return false;
    }
  }
  for (const reflection::Enum* enumeration : *schema.enums()) {
    if (!is_plain(enumeration->name()) || !is_known(*enumeration->underlying_type())) return false;
    for (const reflection::EnumVal* value : *enumeration->values()) {
      if (++entries > kMaxEntries || !is_plain(value->name())) return false;
      if (value->union_type() != nullptr && !is_known(*value->union_type())) return false;
    }
  }
  return true;
}

template <class Entry>
const Entry* at(const flatbuffers::Vector<flatbuffers::Offset<Entry>>& entries, std::int32_t index) {
  const auto place = static_cast<flatbuffers::uoffset_t>(index);
  return index >= 0 && place < entries.size() ? entries.Get(place) : nullptr;
}

reflection::BaseType innermost(const reflection::Type& type) {
  const bool is_many = type.base_type() == reflection::Vector || type.base_type() == reflection::Array;
  return is_many ? type.element() : type.base_type();
}

const char* word_of(reflection::BaseType base) {
  constexpr const char* words[] = {"none", "type",  "bool",  "byte",   "ubyte",  "short",  "ushort", "int",   "uint",
                                   "long", "ulong", "float", "double", "string", "vector", "table",  "union", "array"};
  const auto place = static_cast<std::size_t>(base);
  return place < std::size(words) ? words[place] : "unknown";
}

}  // namespace

UserSchema::UserSchema(const descriptor::Payload& payload)
    : root_(text(payload.root())), bytes_(payload.bfbs()->begin(), payload.bfbs()->end()) {}

bool UserSchema::is_sound() const {
  constexpr flatbuffers::uoffset_t max_depth = 16;
  constexpr flatbuffers::uoffset_t max_tables = 100'000;
  flatbuffers::Verifier verifier(bytes_.data(), bytes_.size(), max_depth, max_tables);
  if (!reflection::VerifySchemaBuffer(verifier) || !is_fit_to_compare(schema())) return false;
  const reflection::Object* const root = object(root_);
  return root != nullptr && !root->is_struct();
}

const reflection::Object* UserSchema::object(const std::string& name) const {
  return by_name(*schema().objects(), name);
}

const reflection::Object* UserSchema::object_in(const reflection::Type& type) const {
  return innermost(type) == reflection::Obj ? at(*schema().objects(), type.index()) : nullptr;
}

const reflection::Enum* UserSchema::enum_in(const reflection::Type& type) const {
  return innermost(type) != reflection::Obj ? at(*schema().enums(), type.index()) : nullptr;
}

std::string UserSchema::nested_root(const std::string& owner, const reflection::Field& field) const {
  const flatbuffers::String* const name = nested_name(field);
  if (name == nullptr) return "";
  for (std::string space = owner; space.find('.') != std::string::npos;) {  // as flatc: from the inside out
    space.resize(space.rfind('.'));
    if (object(space + "." + text(name)) != nullptr) return space + "." + text(name);
  }
  return text(name);
}

std::string UserSchema::carrier(const reflection::Enum& enumeration) {
  return word_of(enumeration.underlying_type()->base_type());
}

std::string UserSchema::shown(const reflection::Type& type) const {
  if (type.base_type() == reflection::Vector) return "[" + shown(type.element(), type) + "]";
  if (type.base_type() == reflection::Array) {
    return "[" + shown(type.element(), type) + ":" + std::to_string(type.fixed_length()) + "]";
  }
  return shown(type.base_type(), type);
}

std::string UserSchema::shown(reflection::BaseType base, const reflection::Type& type) const {
  if (const reflection::Object* const object = object_in(type)) return text(object->name());
  const reflection::Enum* const enumeration = enum_in(type);
  if (enumeration == nullptr) return word_of(base);
  return (base == reflection::UType ? "type of " : "") + text(enumeration->name());
}

}  // namespace sluice::detail
