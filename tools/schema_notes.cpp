// What changed between two schemas that no reader notices: capacity, defaults, constants, docs, unused types.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "descriptor_lookup.hpp"
#include "schema_diff.hpp"

namespace sluice::tools {

namespace {

using descriptor::Channel;
using detail::Aspect;
using detail::Difference;
using detail::find;
using detail::text;

using Value = std::optional<std::string>;

// Facts about a field that count for nobody's bytes.
struct Fact {
  Aspect aspect;
  const char* what;
  const flatbuffers::String* (descriptor::Field::*text)() const;
};
constexpr Fact kFacts[] = {
    {Aspect::default_value, "default ", &descriptor::Field::default_value},
    {Aspect::metadata, "range from ", &descriptor::Field::range_min},
    {Aspect::metadata, "range to ", &descriptor::Field::range_max},
    {Aspect::metadata, "deprecated: ", &descriptor::Field::deprecated},
    {Aspect::metadata, "key ", &descriptor::Field::key},
    {Aspect::metadata, "role ", &descriptor::Field::role},
};

// The types and enums that a message reaches, by name.
std::set<std::string> used_by(const Channel& channel) {
  std::set<std::string> used;
  std::vector<const descriptor::Type*> waiting{channel.message()};
  while (!waiting.empty()) {
    const descriptor::Type* const at = waiting.back();
    waiting.pop_back();
    for (const descriptor::Field* field : *at->fields()) {
      const std::string element = detail::element_of(text(field->type()));
      if (!used.insert(element).second) continue;
      if (const auto* const type = find(*channel.types(), element)) waiting.push_back(type);
    }
  }
  return used;
}

bool same_fields(const descriptor::Type& left, const descriptor::Type& right) {
  const auto same = [](const descriptor::Field* a, const descriptor::Field* b) {
    return text(a->name()) == text(b->name()) && text(a->type()) == text(b->type()) &&
           text(a->unit()) == text(b->unit());
  };
  return std::equal(left.fields()->begin(), left.fields()->end(), right.fields()->begin(), right.fields()->end(), same);
}

bool same_values(const descriptor::Enum& left, const descriptor::Enum& right) {
  const auto same = [](const descriptor::EnumValue* a, const descriptor::EnumValue* b) {
    return text(a->name()) == text(b->name()) && text(a->value()) == text(b->value());
  };
  return text(left.type()) == text(right.type()) &&
         std::equal(left.values()->begin(), left.values()->end(), right.values()->begin(), right.values()->end(), same);
}

class Notes {
 public:
  Notes(const Channel& old_schema, const Channel& new_schema) : old_(old_schema), new_(new_schema) {}

  std::vector<Difference> all() {
    compare(Aspect::capacity, "", "capacity", "", std::to_string(old_.capacity()), std::to_string(new_.capacity()));
    doc("", "the channel", old_.doc(), new_.doc());
    if (old_.payload() != nullptr && new_.payload() != nullptr) {
      compare(Aspect::metadata, "", "message", "verify ", verify_of(old_), verify_of(new_));
    }
    fields("", *old_.message(), *new_.message());
    constants("", old_.constants(), new_.constants());
    types();
    enums();
    return std::move(found_);
  }

 private:
  static Value verify_of(const Channel& channel) { return descriptor::EnumNameVerify(channel.payload()->verify()); }

  void compare(Aspect aspect, const std::string& path, const std::string& subject, const std::string& what,
               Value old_value, Value new_value) {
    if (old_value != new_value) {
      found_.push_back({aspect, path, subject, what, std::move(old_value), std::move(new_value)});
    }
  }

  void doc(const std::string& path, const std::string& subject, const flatbuffers::String* old_text,
           const flatbuffers::String* new_text) {
    compare(Aspect::doc, path, "doc of " + subject, "", text(old_text), text(new_text));
  }

  void fields(const std::string& owner, const descriptor::Type& old_type, const descriptor::Type& new_type) {
    constants(owner, old_type.constants(), new_type.constants());
    for (const descriptor::Field* field : *new_type.fields()) {
      const descriptor::Field* const before = find(*old_type.fields(), field->name()->string_view());
      if (before == nullptr) continue;
      const std::string path = owner + text(field->name());
      const std::string subject = "field '" + path + "'";
      for (const Fact& fact : kFacts) {
        compare(fact.aspect, path, subject, fact.what, detail::or_none((before->*fact.text)()),
                detail::or_none((field->*fact.text)()));
      }
      doc(path, subject, before->doc(), field->doc());
    }
  }

  using Constants = flatbuffers::Vector<flatbuffers::Offset<descriptor::Constant>>;

  void constants(const std::string& owner, const Constants* old_ones, const Constants* new_ones) {
    std::set<std::string> names;
    for (const Constants* ones : {old_ones, new_ones}) {
      if (ones == nullptr) continue;
      for (const descriptor::Constant* constant : *ones) names.insert(text(constant->name()));
    }
    for (const std::string& name : names) {
      const auto* const before = old_ones != nullptr ? find(*old_ones, name) : nullptr;
      const auto* const now = new_ones != nullptr ? find(*new_ones, name) : nullptr;
      const std::string subject = "constant '" + owner + name + "'";
      compare(Aspect::constant, "", subject, "", shown(before), shown(now));
      if (before != nullptr && now != nullptr) doc("", subject, before->doc(), now->doc());
    }
  }

  // "u32 1000 Hz"
  static Value shown(const descriptor::Constant* constant) {
    if (constant == nullptr) return std::nullopt;
    const std::string unit = text(constant->unit());
    return text(constant->type()) + " " + text(constant->value()) + (unit.empty() ? "" : " " + unit);
  }

  void types() {
    for (const descriptor::Type* type : *new_.types()) {
      const std::string name = text(type->name());
      const descriptor::Type* const before = find(*old_.types(), name);
      if (before == nullptr) continue;
      doc("", "type '" + name + "'", before->doc(), type->doc());
      fields(name + ".", *before, *type);
    }
    unused("type", *old_.types(), *new_.types(), same_fields);
  }

  void enums() {
    for (const descriptor::Enum* enumeration : *new_.enums()) {
      const std::string name = text(enumeration->name());
      const descriptor::Enum* const before = find(*old_.enums(), name);
      if (before == nullptr) continue;
      doc("", "enum '" + name + "'", before->doc(), enumeration->doc());
      for (const descriptor::EnumValue* value : *enumeration->values()) {
        const auto* const value_before = find(*before->values(), value->name()->string_view());
        const std::string subject = "value '" + text(value->name()) + "' of " + name;
        if (value_before != nullptr) doc("", subject, value_before->doc(), value->doc());
      }
    }
    unused("enum", *old_.enums(), *new_.enums(), same_values);
  }

  // Types and enums that neither message reaches: the comparison does not come by them.
  template <class Entries, class Same>
  void unused(const std::string& kind, const Entries& old_ones, const Entries& new_ones, Same same) {
    std::set<std::string> names;
    for (const auto* const ones : {&old_ones, &new_ones}) {
      for (const auto* const entry : *ones) names.insert(text(entry->name()));
    }
    for (const std::string& name : names) {
      if (used_in_old_.count(name) + used_in_new_.count(name) > 0) continue;
      const auto* const before = find(old_ones, name);
      const auto* const now = find(new_ones, name);
      const std::string subject = kind + " '" + name + "', which no field uses";
      const bool changed = before != nullptr && now != nullptr && !same(*before, *now);
      compare(Aspect::unused, "", subject, "", before != nullptr ? Value("one definition") : std::nullopt,
              now == nullptr ? std::nullopt : Value(changed ? "another" : "one definition"));
    }
  }

  const Channel& old_;
  const Channel& new_;
  const std::set<std::string> used_in_old_ = used_by(old_);
  const std::set<std::string> used_in_new_ = used_by(new_);
  std::vector<Difference> found_;
};

}  // namespace

std::vector<Difference> notes_on(const Channel& old_schema, const Channel& new_schema) {
  return Notes(old_schema, new_schema).all();
}

}  // namespace sluice::tools
