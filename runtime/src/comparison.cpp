#include "comparison.hpp"

#include <string>
#include <utility>

#include "descriptor_lookup.hpp"
#include "errors.hpp"
#include "payload_comparison.hpp"

namespace sluice::detail {

namespace {

// sluicegen nests types no deeper.
constexpr int kMaxNesting = 32;

std::string place_of(const descriptor::Field& field) {
  return "at byte " + std::to_string(field.data_offset() != 0 ? field.data_offset() : field.offset());
}

std::string since(const descriptor::Channel& channel, const descriptor::Field& field) {
  return shown(Version{channel.major(), field.since()});
}

std::string kind(const descriptor::Enum* enumeration, const descriptor::Type* type) {
  if (enumeration != nullptr) return "an enum";
  return type != nullptr ? "a type" : "not defined";
}

std::string kind_of_message(const descriptor::Channel& channel) {
  return channel.payload() != nullptr ? "the FlatBuffers table " + text(channel.payload()->root()) : "fields";
}

// What a number means beside its type: where one of these differs, so does the meaning of equal bytes.
struct Meaning {
  Aspect aspect;
  const flatbuffers::String* (descriptor::Field::*text)() const;
};
constexpr Meaning kMeanings[] = {
    {Aspect::unit, &descriptor::Field::unit},
    {Aspect::frame, &descriptor::Field::frame},
    {Aspect::scale, &descriptor::Field::scale},
    {Aspect::invalid, &descriptor::Field::invalid},
};

// A field's path, "peaks.freq", and how sentences call it.
struct Subject {
  std::string path;
  std::string shown;
};
Subject field_at(const std::string& path) { return {path, "field '" + path + "'"}; }

class Differ {
 public:
  Differ(const descriptor::Channel& here, const descriptor::Channel& there) : here_(here), there_(there) {}

  Comparison compare() {
    channel(Aspect::channel, text(here_.name()), text(there_.name()));
    channel(Aspect::order, descriptor::EnumNameOrder(here_.order()), descriptor::EnumNameOrder(there_.order()));
    channel(Aspect::overflow, descriptor::EnumNameOverflow(here_.overflow()),
            descriptor::EnumNameOverflow(there_.overflow()));
    if (here_.payload() != nullptr && there_.payload() != nullptr) {
      compare_payloads(*here_.payload(), *there_.payload(), found_);
    } else if (here_.payload() != nullptr || there_.payload() != nullptr) {
      differ(Aspect::payload, {"", "message"}, "is ", {kind_of_message(here_), kind_of_message(there_)});
    } else {
      fields("", *here_.message(), *there_.message(), 0);
    }
    // A field that another one pushed aside explains nothing; where nothing else differs, it is all there is to say.
    if (found_.differences.empty()) found_.differences = std::move(moved_);
    if (found_.differences.empty() && majors_differ()) differ(Aspect::version, {}, "", versions());
    found_.verdict = verdict();
    return std::move(found_);
  }

 private:
  struct Values {
    std::optional<std::string> here;
    std::optional<std::string> there;
  };

  Verdict verdict() const {
    if (!found_.differences.empty()) return Verdict::incompatible;
    if (!found_.unknown_there.empty()) return Verdict::compatible_by_default;
    const bool grown = here_.payload() != nullptr && !found_.additions.empty();
    return grown || here_.minor() != there_.minor() ? Verdict::compatible : Verdict::identical;
  }

  void differ(Aspect aspect, const Subject& subject, const std::string& what, Values values) {
    found_.differences.push_back(
        {aspect, subject.path, subject.shown, what, std::move(values.here), std::move(values.there)});
  }

  void channel(Aspect aspect, const std::string& here, const std::string& there) {
    if (here != there) differ(aspect, {"", to_string(aspect)}, "", {here, there});
  }

  void fields(const std::string& path, const descriptor::Type& here, const descriptor::Type& there, int nesting) {
    for (const descriptor::Field* field : *here.fields()) {
      const Subject subject = field_at(path + text(field->name()));
      const descriptor::Field* const other = find(*there.fields(), field->name()->string_view());
      if (other != nullptr) {
        this->field(subject, *field, *other, nesting);
      } else if (may_be_unknown(path, *field, there_)) {
        found_.unknown_there.push_back({field->offset(), field->size()});
        add(Aspect::field, subject, {text(field->type()), std::nullopt});
      } else {
        differ(Aspect::field, subject, "", {text(field->type()), std::nullopt});
      }
    }
    for (const descriptor::Field* field : *there.fields()) {
      if (find(*here.fields(), field->name()->string_view()) != nullptr) continue;
      const Subject subject = field_at(path + text(field->name()));
      if (may_be_unknown(path, *field, here_)) {
        add(Aspect::field, subject, {std::nullopt, text(field->type())});
      } else {
        differ(Aspect::field, subject, "", {std::nullopt, text(field->type())});
      }
    }
  }

  void add(Aspect aspect, const Subject& subject, Values values) {
    found_.additions.push_back(
        {aspect, subject.path, subject.shown, "", std::move(values.here), std::move(values.there)});
  }

  // A field of the message, of a minor that the other side is too old to know. A type nested in it never grows.
  bool may_be_unknown(const std::string& path, const descriptor::Field& field, const descriptor::Channel& other) const {
    return path.empty() && !majors_differ() && field.since() > other.minor();
  }

  void field(const Subject& subject, const descriptor::Field& here, const descriptor::Field& there, int nesting) {
    const std::string type_here = text(here.type());
    const std::string type_there = text(there.type());
    const bool moved = here.offset() != there.offset() || here.data_offset() != there.data_offset();
    if (type_here != type_there && moved) {
      differ(Aspect::type, subject, "", {type_here + " " + place_of(here), type_there + " " + place_of(there)});
    } else if (type_here != type_there) {
      differ(Aspect::type, subject, "", {type_here, type_there});
    } else if (moved) {
      moved_.push_back({Aspect::place, subject.path, subject.shown, "", place_of(here), place_of(there)});
    }
    meanings(subject, here, there);
    if (here.since() != there.since() && !majors_differ()) {
      differ(Aspect::since, subject, "since ", {since(here_, here), since(there_, there)});
    }
    if (type_here == type_there) elements(subject, element_of(type_here), nesting);
  }

  void meanings(const Subject& subject, const descriptor::Field& here, const descriptor::Field& there) {
    for (const Meaning& meaning : kMeanings) {
      const std::string in_here = or_none((here.*meaning.text)());
      const std::string in_there = or_none((there.*meaning.text)());
      if (in_here == in_there) continue;
      differ(meaning.aspect, subject, std::string(to_string(meaning.aspect)) + " ", {in_here, in_there});
    }
  }

  void elements(const Subject& subject, const std::string& name, int nesting) {
    const descriptor::Enum* const enum_here = find(*here_.enums(), name);
    const descriptor::Enum* const enum_there = find(*there_.enums(), name);
    const descriptor::Type* const type_here = find(*here_.types(), name);
    const descriptor::Type* const type_there = find(*there_.types(), name);
    if ((enum_here != nullptr) != (enum_there != nullptr) || (type_here != nullptr) != (type_there != nullptr)) {
      differ(Aspect::kind, subject, name + " is ", {kind(enum_here, type_here), kind(enum_there, type_there)});
    } else if (enum_here != nullptr) {
      enums(subject, *enum_here, *enum_there);
    } else if (type_here != nullptr && nesting < kMaxNesting) {
      types(subject, *type_here, *type_there, nesting);
    }
  }

  void types(const Subject& subject, const descriptor::Type& here, const descriptor::Type& there, int nesting) {
    const std::size_t before = found_.differences.size();
    fields(subject.path + ".", here, there, nesting + 1);
    if (found_.differences.size() == before && here.size() != there.size()) {
      differ(Aspect::size, subject, "",
             {std::to_string(here.size()) + " bytes", std::to_string(there.size()) + " bytes"});
    }
  }

  void enums(const Subject& subject, const descriptor::Enum& here, const descriptor::Enum& there) {
    const std::string name = text(here.name());
    if (text(here.type()) != text(there.type())) {
      differ(Aspect::enum_type, subject, name + " is ", {text(here.type()), text(there.type())});
    }
    if (here.flags() != there.flags()) differ(Aspect::kind, subject, name + " is of ", {values(here), values(there)});
    for (const descriptor::EnumValue* value : *here.values()) {
      const descriptor::EnumValue* const other = find(*there.values(), value->name()->string_view());
      if (other == nullptr) {
        value_of_one_side(here_.minor() > there_.minor(), subject, name, *value, {text(value->value()), std::nullopt});
      } else if (text(value->value()) != text(other->value())) {
        differ(Aspect::enum_value, value_of(subject, name, *value), "", {text(value->value()), text(other->value())});
      }
    }
    for (const descriptor::EnumValue* value : *there.values()) {
      if (find(*here.values(), value->name()->string_view()) != nullptr) continue;
      value_of_one_side(there_.minor() > here_.minor(), subject, name, *value, {std::nullopt, text(value->value())});
    }
  }

  static std::string values(const descriptor::Enum& enumeration) { return enumeration.flags() ? "flags" : "values"; }

  static Subject value_of(const Subject& subject, const std::string& enumeration, const descriptor::EnumValue& value) {
    return {subject.path, subject.shown + ": value '" + text(value.name()) + "' of " + enumeration};
  }

  // A newer minor may name more values: enums are open. The other side of one version may not.
  void value_of_one_side(bool may_be_new, const Subject& subject, const std::string& enumeration,
                         const descriptor::EnumValue& value, Values values) {
    const Subject named = value_of(subject, enumeration, value);
    if (may_be_new) {
      add(Aspect::enum_value, named, std::move(values));
    } else {
      differ(Aspect::enum_value, named, "", std::move(values));
    }
  }

  bool majors_differ() const { return here_.major() != there_.major(); }
  Values versions() const {
    return {shown(Version{here_.major(), here_.minor()}), shown(Version{there_.major(), there_.minor()})};
  }

  const descriptor::Channel& here_;
  const descriptor::Channel& there_;
  Comparison found_;
  std::vector<Difference> moved_;
};

}  // namespace

Comparison compare(const descriptor::Channel& here, const descriptor::Channel& there) {
  return Differ(here, there).compare();
}

}  // namespace sluice::detail
