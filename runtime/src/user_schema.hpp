// A user's own FlatBuffers schema as a descriptor carries it, copied to where it can be read: in the descriptor its
// numbers may lie unaligned. verify_descriptor() looks at it before anybody compares it.
#pragma once

#include <flatbuffers/reflection_generated.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::descriptor {
struct Payload;
}

namespace sluice::detail {

/// Of entries that flatc has sorted by name. (Not by FlatBuffers' LookupByKey, of which g++ 12 warns under sanitizers.)
template <class Entry>
const Entry* by_name(const flatbuffers::Vector<flatbuffers::Offset<Entry>>& entries, std::string_view name) {
  const auto is_before = [](const Entry* entry, std::string_view key) { return entry->name()->string_view() < key; };
  const auto found = std::lower_bound(entries.begin(), entries.end(), name, is_before);
  return found != entries.end() && found->name()->string_view() == name ? *found : nullptr;
}

class UserSchema {
 public:
  explicit UserSchema(const descriptor::Payload& payload);

  /// Whether it can be read, is of a size to compare, and has the root.
  bool is_sound() const;
  const reflection::Schema& schema() const noexcept { return *reflection::GetSchema(bytes_.data()); }
  /// Of a type: "float", "[geo.Vec3]", "geo.Kind".
  std::string shown(const reflection::Type& type) const;
  /// The table, struct, enum or union in a type; null where there is none.
  const reflection::Object* object_in(const reflection::Type& type) const;
  const reflection::Enum* enum_in(const reflection::Type& type) const;
  /// The scalar that carries an enum: "ubyte".
  static std::string carrier(const reflection::Enum& enumeration);
  const reflection::Object* object(const std::string& name) const;
  /// What a field's attribute nested_flatbuffer names, with its namespace where it can be found; empty without one.
  std::string nested_root(const std::string& owner, const reflection::Field& field) const;

 private:
  std::string shown(reflection::BaseType base, const reflection::Type& type) const;

  std::string root_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace sluice::detail
