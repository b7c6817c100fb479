#include "fbs_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <set>
#include <string_view>
#include <vector>

#include "descriptor_generated.h"
#include "descriptor_lookup.hpp"
#include "escaped_text.hpp"
#include "tool_error.hpp"
#include "user_schema.hpp"

namespace sluice::tools {

namespace {

using detail::text;
using Attributes = flatbuffers::Vector<flatbuffers::Offset<reflection::KeyValue>>;

constexpr std::array kOwnAttributes{"bit_flags",
                                    "cpp_ptr_type",
                                    "cpp_ptr_type_get",
                                    "cpp_str_flex_ctor",
                                    "cpp_str_type",
                                    "cpp_type",
                                    "csharp_partial",
                                    "deprecated",
                                    "flexbuffer",
                                    "force_align",
                                    "hash",
                                    "id",
                                    "idempotent",
                                    "key",
                                    "native_custom_alloc",
                                    "native_default",
                                    "native_inline",
                                    "native_type",
                                    "native_type_pack_name",
                                    "nested_flatbuffer",
                                    "original_order",
                                    "private",
                                    "required",
                                    "shared",
                                    "streaming"};

bool is_own(const std::string& attribute) {
  return std::find(kOwnAttributes.begin(), kOwnAttributes.end(), attribute) != kOwnAttributes.end();
}

bool is_identifier(std::string_view word) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !word.empty() && is_letter(word[0]) &&
         std::all_of(word.begin(), word.end(), [&](char c) { return is_letter(c) || is_digit(c); });
}

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw ToolError(fmt::format("sluice: the schema cannot be written back: '{}' {}", escaped(name), why));
}

std::string word(const std::string& name) {
  return is_identifier(name) ? name : (refuse(name, "is no name in FlatBuffers"), "");
}
std::string word(const flatbuffers::String* name) { return word(text(name)); }

std::string full_word(const std::string& full_name) {
  for (std::size_t from = 0; from <= full_name.size();) {
    const std::size_t dot = std::min(full_name.find('.', from), full_name.size());
    word(full_name.substr(from, dot - from));
    from = dot + 1;
  }
  return full_name;
}

std::string space_of(const std::string& full_name) {
  const std::size_t dot = full_name.rfind('.');
  return dot == std::string::npos ? "" : full_name.substr(0, dot);
}
std::string last_of(const std::string& full_name) { return full_name.substr(full_name.rfind('.') + 1); }

bool is_integer(std::string_view value) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc{} && end == value.data() + value.size();
}

// An attribute without a value is kept as "0".
std::string attribute_text(const reflection::KeyValue& attribute) {
  const std::string name = word(attribute.key());
  const std::string value = text(attribute.value());
  if (value == "0" && name != "id") return name;
  const bool is_number = is_integer(value);
  return name + ": " + (is_number ? value : json_string(value));
}

std::string attributes_text(const Attributes* attributes) {
  if (attributes == nullptr || attributes->size() == 0) return "";
  std::vector<std::string> texts;
  for (const reflection::KeyValue* const each : *attributes) texts.push_back(attribute_text(*each));
  return fmt::format(" ({})", fmt::join(texts, ", "));
}

bool has_attribute(const Attributes* attributes, std::string_view name) {
  return attributes != nullptr && std::any_of(attributes->begin(), attributes->end(), [&](const auto* attribute) {
           return attribute->key()->string_view() == name;
         });
}

std::string real_text(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  char digits[32];
  return {digits, std::to_chars(std::begin(digits), std::end(digits), number).ptr};
}

std::vector<const reflection::Field*> by_id(const reflection::Object& object) {
  std::vector<const reflection::Field*> fields(object.fields()->begin(), object.fields()->end());
  std::sort(fields.begin(), fields.end(), [](const auto* a, const auto* b) { return a->id() < b->id(); });
  return fields;
}

class FbsWriter {
 public:
  explicit FbsWriter(const descriptor::Payload& payload) : user_(payload), root_(text(payload.root())) {}

  std::string write() {
    for (const reflection::Enum* const each : *schema().enums()) enumeration(*each);
    for (const reflection::Object* const each : *schema().objects()) structure(*each);
    for (const reflection::Object* const each : *schema().objects()) {
      if (!each->is_struct()) object(*each);
    }
    services();
    std::string declared;
    for (const std::string& each : attributes_) declared += fmt::format("attribute \"{}\";\n", each);
    return declared + body_ + fmt::format("\nroot_type {};\n", full_word(root_));
  }

 private:
  const reflection::Schema& schema() const { return user_.schema(); }

  // `namespace ;` leads back to the outermost one.
  void begin(const std::string& full_name) {
    const std::string space = space_of(full_word(full_name));
    if (space != space_) body_ += (body_.empty() ? "namespace " : "\nnamespace ") + space + ";\n";
    space_ = space;
    body_ += "\n";
  }

  std::string noted(const Attributes* attributes) {
    if (attributes == nullptr) return "";
    for (const reflection::KeyValue* const each : *attributes) {
      if (!is_own(text(each->key()))) attributes_.insert(word(each->key()));
    }
    return attributes_text(attributes);
  }

  void enumeration(const reflection::Enum& each) {
    const std::string name = text(each.name());
    begin(name);
    const std::string type = each.is_union() ? "" : " : " + detail::UserSchema::carrier(each);
    const std::string head =
        fmt::format("{} {}{}{}", each.is_union() ? "union" : "enum", last_of(name), type, noted(each.attributes()));
    body_ += head + " {\n";
    for (const reflection::EnumVal* const value : *each.values()) {
      const bool is_implied = each.is_union() && value->value() == 0;  // NONE
      if (!is_implied) body_ += fmt::format("  {},\n", each.is_union() ? member(*value) : named(each, *value));
    }
    body_ += "}\n";
  }
  std::string member(const reflection::EnumVal& value) const {
    if (value.union_type() == nullptr) refuse(text(value.name()), "is a member of a union without a type");
    return fmt::format("{}: {} = {}", word(value.name()), spelt(*value.union_type()), value.value());
  }
  // Of flags a schema lists the numbers of bits, and reflection their masks.
  static std::string named(const reflection::Enum& each, const reflection::EnumVal& value) {
    const auto bits = static_cast<std::uint64_t>(value.value());
    if (!is_flags(each)) return fmt::format("{} = {}", word(value.name()), number(each, value.value()));
    if (!std::has_single_bit(bits)) refuse(text(value.name()), "is a flag of several bits");
    return fmt::format("{} = {}", word(value.name()), std::countr_zero(bits));
  }
  static bool is_flags(const reflection::Enum& each) { return has_attribute(each.attributes(), "bit_flags"); }
  static std::string number(const reflection::Enum& each, std::int64_t value) {
    const bool is_unsigned = each.underlying_type()->base_type() == reflection::ULong;
    return is_unsigned ? std::to_string(static_cast<std::uint64_t>(value)) : std::to_string(value);
  }

  // flatc must know the size of a struct before another one holds it.
  void structure(const reflection::Object& each) {
    if (!each.is_struct() || written_.count(&each) > 0) return;
    if (!under_way_.insert(&each).second) refuse(text(each.name()), "is a struct that holds itself");
    for (const reflection::Field* const field : *each.fields()) {
      if (const reflection::Object* const held = user_.object_in(*field->type())) structure(*held);
    }
    written_.insert(&each);
    object(each);
  }

  void object(const reflection::Object& each) {
    const std::string name = text(each.name());
    begin(name);
    body_ +=
        fmt::format("{} {}{} {{\n", each.is_struct() ? "struct" : "table", last_of(name), noted(each.attributes()));
    for (const reflection::Field* const field : by_id(each)) {
      if (is_type_of_union(*field)) continue;  // flatc brings it with the union
      body_ += fmt::format("  {}: {}{}{};\n", word(field->name()), spelt(*field->type()), default_text(*field),
                           noted(field->attributes()));
    }
    body_ += "}\n";
  }
  static bool is_type_of_union(const reflection::Field& field) {
    const bool is_vector = field.type()->base_type() == reflection::Vector;
    return (is_vector ? field.type()->element() : field.type()->base_type()) == reflection::UType;
  }

  std::string spelt(const reflection::Type& type) const {
    const std::string shown = user_.shown(type);
    const bool is_named = user_.object_in(type) != nullptr || user_.enum_in(type) != nullptr;
    if (!is_named) return shown;
    const reflection::Object* const object = user_.object_in(type);
    full_word(text(object != nullptr ? object->name() : user_.enum_in(type)->name()));
    return shown;
  }

  std::string default_text(const reflection::Field& field) const {
    const reflection::BaseType base = field.type()->base_type();
    if (base < reflection::Bool || base > reflection::Double) return "";
    if (field.optional()) return " = null";
    if (base == reflection::Float || base == reflection::Double) {
      return field.default_real() == 0 ? "" : " = " + real_text(field.default_real());
    }
    if (field.default_integer() == 0) return "";
    return " = " + integer_text(field, base);
  }
  std::string integer_text(const reflection::Field& field, reflection::BaseType base) const {
    const std::int64_t value = field.default_integer();
    if (base == reflection::Bool) return "true";
    if (const reflection::Enum* const names = user_.enum_in(*field.type())) {
      for (const reflection::EnumVal* const each : *names->values()) {
        if (each->value() == value) return word(each->name());
      }
    }
    return base == reflection::ULong ? std::to_string(static_cast<std::uint64_t>(value)) : std::to_string(value);
  }

  void services() {
    if (schema().services() == nullptr) return;
    for (const reflection::Service* const each : *schema().services()) {
      begin(text(each->name()));
      body_ += fmt::format("rpc_service {} {{\n", last_of(text(each->name())));
      if (each->calls() != nullptr) {
        for (const reflection::RPCCall* const call : *each->calls()) body_ += call_text(*call);
      }
      body_ += "}\n";
    }
  }
  std::string call_text(const reflection::RPCCall& call) {
    return fmt::format("  {}({}): {}{};\n", word(call.name()), full_word(text(call.request()->name())),
                       full_word(text(call.response()->name())), noted(call.attributes()));
  }

  detail::UserSchema user_;
  std::string root_;
  std::string space_;
  std::string body_;
  std::set<std::string> attributes_;  // that flatc does not know by itself
  std::set<const reflection::Object*> written_;
  std::set<const reflection::Object*> under_way_;
};

// GeoPose -> geo_pose
std::string snake_case(const std::string& name) {
  std::string made;
  for (std::size_t at = 0; at < name.size(); ++at) {
    const bool is_upper = name[at] >= 'A' && name[at] <= 'Z';
    const bool follows_lower = at > 0 && name[at - 1] >= 'a' && name[at - 1] <= 'z';
    if (is_upper && follows_lower) made += '_';
    made += is_upper ? static_cast<char>(name[at] + 32) : name[at];
  }
  return made;
}

}  // namespace

std::string fbs_name(const descriptor::Payload& payload) {
  return snake_case(last_of(full_word(text(payload.root())))) + ".fbs";
}

std::string fbs_text(const descriptor::Payload& payload) {
  return "// Written back from a window, as one file. It holds no comments, names of files, file_identifier,\n"
         "// file_extension or native_include; root_type is the channel's root.\n" +
         FbsWriter(payload).write();
}

}  // namespace sluice::tools
