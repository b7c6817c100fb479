#include "payload_comparison.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "comparison.hpp"
#include "descriptor_generated.h"
#include "descriptor_lookup.hpp"
#include "user_schema.hpp"

namespace sluice::detail {

namespace {

using Value = std::optional<std::string>;

std::string kind_of(const reflection::Object& object) { return object.is_struct() ? "a struct" : "a table"; }

std::string bytes(std::int32_t count) { return std::to_string(count) + (count == 1 ? " byte" : " bytes"); }

std::string need_of(const reflection::Field& field) { return field.required() ? "required" : "optional"; }

// The fewest digits that read back as the same number.
std::string shortest(double number) {
  char digits[32];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  return {std::begin(digits), end};
}

std::string default_of(const reflection::Field& field) {
  if (field.optional()) return "null";
  const reflection::BaseType base = field.type()->base_type();
  const bool is_real = base == reflection::Float || base == reflection::Double;
  return is_real ? shortest(field.default_real()) : std::to_string(field.default_integer());
}

bool equal_reals(double left, double right) {
  const bool both_nan = std::isnan(left) && std::isnan(right);
  return both_nan || std::memcmp(&left, &right, sizeof left) == 0;
}

bool equal_defaults(const reflection::Field& left, const reflection::Field& right) {
  return left.optional() == right.optional() && left.default_integer() == right.default_integer() &&
         equal_reals(left.default_real(), right.default_real());
}

std::string key_of(const reflection::Field& field) { return field.key() ? "a key" : "no key"; }

class PayloadDiffer {
 public:
  PayloadDiffer(const descriptor::Payload& here, const descriptor::Payload& there, Comparison& found)
      : here_(here), there_(there), found_(found) {}

  void compare(const descriptor::Payload& here, const descriptor::Payload& there) {
    const std::string root = text(here.root());
    message("", root, text(there.root()));
    message("max_bytes ", std::to_string(here.max_bytes()), std::to_string(there.max_bytes()));
    if (root == text(there.root())) meet(root);
    while (!waiting_.empty()) {
      const std::string name = std::move(waiting_.back());
      waiting_.pop_back();
      const reflection::Object* const here_object = here_.object(name);
      const reflection::Object* const there_object = there_.object(name);
      if (here_object != nullptr && there_object != nullptr) objects(*here_object, *there_object);
    }
  }

 private:
  void message(const std::string& what, const std::string& here, const std::string& there) {
    if (here != there) differ(Aspect::payload, "", "message", what, here, there);
  }

  void differ(Aspect aspect, const std::string& path, const std::string& subject, const std::string& what, Value here,
              Value there) {
    found_.differences.push_back({aspect, path, subject, what, std::move(here), std::move(there)});
  }
  void add(Aspect aspect, const std::string& path, const std::string& subject, Value here, Value there) {
    found_.additions.push_back({aspect, path, subject, "", std::move(here), std::move(there)});
  }

  /// Each table and struct is compared once, however often it is met: schemas may be recursive.
  void meet(const std::string& name) {
    if (met_.insert(name).second) waiting_.push_back(name);
  }

  void objects(const reflection::Object& here, const reflection::Object& there) {
    const std::string name = text(here.name());
    if (here.is_struct() != there.is_struct()) {
      differ(Aspect::kind, "", name, "is ", kind_of(here), kind_of(there));
      return;
    }
    if (here.is_struct()) layouts(name, here, there);
    for (const reflection::Field* field : *here.fields()) {
      const reflection::Field* const other = by_name(*there.fields(), field->name()->string_view());
      if (other != nullptr) {
        fields(name, here, *field, *other);
      } else {
        one_sided(name, here.is_struct() || field->required(), here_.shown(*field->type()), std::nullopt, *field, there,
                  Side::here);
      }
    }
    for (const reflection::Field* field : *there.fields()) {
      if (by_name(*here.fields(), field->name()->string_view()) != nullptr) continue;
      one_sided(name, here.is_struct() || field->required(), std::nullopt, there_.shown(*field->type()), *field, here,
                Side::there);
    }
  }

  // What force_align changes though every field has its place: where a struct begins in a table, and the next of many.
  void layouts(const std::string& name, const reflection::Object& here, const reflection::Object& there) {
    if (here.bytesize() != there.bytesize()) {
      differ(Aspect::size, "", name, "takes ", bytes(here.bytesize()), bytes(there.bytesize()));
    }
    if (here.minalign() != there.minalign()) {
      differ(Aspect::place, "", name, "is aligned to ", bytes(here.minalign()), bytes(there.minalign()));
    }
  }

  enum class Side { here, there };

  // FlatBuffers lets a table grow, unless the new field has the place of another one.
  void one_sided(const std::string& owner, bool is_needed, Value here, Value there, const reflection::Field& field,
                 const reflection::Object& other, Side side) {
    const std::string path = owner + "." + text(field.name());
    const std::string subject = "field '" + path + "'";
    for (const reflection::Field* has_its_place : *other.fields()) {
      if (other.is_struct() || has_its_place->id() != field.id()) continue;
      if (side == Side::there) return;  // said already, from the other side
      differ(Aspect::place, path, "id " + std::to_string(field.id()) + " of " + owner, "is ",
             "'" + text(field.name()) + "'", "'" + text(has_its_place->name()) + "'");
      return;
    }
    if (is_needed) {
      differ(Aspect::table_field, path, subject, "", std::move(here), std::move(there));
    } else {
      add(Aspect::table_field, path, subject, std::move(here), std::move(there));
    }
  }

  void fields(const std::string& owner, const reflection::Object& object, const reflection::Field& here,
              const reflection::Field& there) {
    const std::string path = owner + "." + text(here.name());
    const std::string subject = "field '" + path + "'";
    const std::string type = here_.shown(*here.type());
    const std::string other_type = there_.shown(*there.type());
    if (type != other_type) differ(Aspect::type, path, subject, "", type, other_type);
    if (here.id() != there.id()) {
      differ(Aspect::place, path, subject, "id ", std::to_string(here.id()), std::to_string(there.id()));
    } else if (object.is_struct() && here.offset() != there.offset()) {
      differ(Aspect::place, path, subject, "byte ", std::to_string(here.offset()), std::to_string(there.offset()));
    }
    if (type != other_type) return;
    if (here.required() != there.required()) {
      differ(Aspect::kind, path, subject, "", need_of(here), need_of(there));
    }
    if (!object.is_struct() && !equal_defaults(here, there)) {
      differ(Aspect::absent, path, subject, "where it is absent ", default_of(here), default_of(there));
    }
    if (here.key() != there.key()) differ(Aspect::kind, path, subject, "is ", key_of(here), key_of(there));
    nested(owner, subject, here, there);
    if (const reflection::Object* const inner = here_.object_in(*here.type())) meet(text(inner->name()));
    const reflection::Enum* const enum_here = here_.enum_in(*here.type());
    const reflection::Enum* const enum_there = there_.enum_in(*there.type());
    if (enum_here != nullptr && enum_there != nullptr) enums(*enum_here, *enum_there);
  }

  // The buffer in a vector of bytes, as the attribute nested_flatbuffer names its root.
  void nested(const std::string& owner, const std::string& subject, const reflection::Field& here,
              const reflection::Field& there) {
    const std::string root = here_.nested_root(owner, here);
    const std::string other_root = there_.nested_root(owner, there);
    if (root != other_root) {
      const auto shown = [](const std::string& name) { return name.empty() ? "plain bytes" : "a nested " + name; };
      differ(Aspect::type, owner + "." + text(here.name()), subject, "is ", shown(root), shown(other_root));
    } else if (!root.empty()) {
      meet(root);
    }
  }

  void enums(const reflection::Enum& here, const reflection::Enum& there) {
    const std::string name = text(here.name());
    if (!met_.insert(name).second) return;
    const std::string type = UserSchema::carrier(here);
    const std::string other_type = UserSchema::carrier(there);
    if (!here.is_union() && type != other_type) differ(Aspect::enum_type, "", name, "is ", type, other_type);
    for (const reflection::EnumVal* value : *here.values()) {
      const reflection::EnumVal* const other = find(*there.values(), value->name()->string_view());
      const std::string subject = "value '" + text(value->name()) + "' of " + name;
      if (other == nullptr) {
        add(Aspect::enum_value, "", subject, std::to_string(value->value()), std::nullopt);
        continue;
      }
      if (value->value() != other->value()) {
        differ(Aspect::enum_value, "", subject, "", std::to_string(value->value()), std::to_string(other->value()));
      }
      if (here.is_union()) members(subject, *value, *other);
    }
    for (const reflection::EnumVal* value : *there.values()) {
      if (find(*here.values(), value->name()->string_view()) != nullptr) continue;
      add(Aspect::enum_value, "", "value '" + text(value->name()) + "' of " + name, std::nullopt,
          std::to_string(value->value()));
    }
  }

  void members(const std::string& subject, const reflection::EnumVal& here, const reflection::EnumVal& there) {
    if (here.union_type() == nullptr || there.union_type() == nullptr) return;
    const std::string type = here_.shown(*here.union_type());
    const std::string other_type = there_.shown(*there.union_type());
    if (type != other_type) {
      differ(Aspect::type, "", subject, "is ", type, other_type);
    } else if (here_.object_in(*here.union_type()) != nullptr) {
      meet(type);
    }
  }

  UserSchema here_;
  UserSchema there_;
  Comparison& found_;
  std::set<std::string> met_;
  std::vector<std::string> waiting_;
};

}  // namespace

void compare_payloads(const descriptor::Payload& here, const descriptor::Payload& there, Comparison& found) {
  PayloadDiffer(here, there, found).compare(here, there);
}

}  // namespace sluice::detail
