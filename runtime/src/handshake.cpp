#include "handshake.hpp"

#include <algorithm>
#include <string_view>

#include "descriptor_generated.h"
#include "errors.hpp"

namespace sluice::detail {

namespace {

// sluicegen nests types no deeper.
constexpr int kMaxNesting = 32;
// A verified buffer may still let thousands of entries share one long name: comparing it would fill the memory.
constexpr std::size_t kMaxTextBytes = 256;
constexpr std::size_t kMaxEntries = 16'384;
constexpr std::size_t kMaxDifferences = 64;

std::string text(const flatbuffers::String* string) { return string != nullptr ? string->str() : std::string(); }

bool is_short(const flatbuffers::String* string) { return string == nullptr || string->size() <= kMaxTextBytes; }

bool is_plain(const flatbuffers::String* string) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return string == nullptr || std::none_of(string->begin(), string->end(), is_control);
}

// Counts what a comparison would visit, and looks at every text that it would print.
class Limits {
 public:
  bool hold_for(const descriptor::Channel& channel) {
    check(channel.name());
    type(*channel.message());
    for (const descriptor::Type* entry : *channel.types()) type(*entry);
    for (const descriptor::Enum* entry : *channel.enums()) {
      check(entry->name());
      check(entry->type());
      for (const descriptor::EnumValue* value : *entry->values()) {
        check(value->name());
        check(value->value());
        if (++entries_ > kMaxEntries) return false;
      }
    }
    return held_ && entries_ <= kMaxEntries;
  }

 private:
  void type(const descriptor::Type& type) {
    check(type.name());
    for (const descriptor::Field* field : *type.fields()) {
      if (++entries_ > kMaxEntries) return;
      check(field->name());
      check(field->type());
      check(field->unit());
      check(field->frame());
      check(field->scale());
      check(field->invalid());
    }
  }
  void check(const flatbuffers::String* string) { held_ = held_ && is_short(string) && is_plain(string); }

  bool held_ = true;
  std::size_t entries_ = 0;
};

template <class Entry>
const Entry* find(const flatbuffers::Vector<flatbuffers::Offset<Entry>>& entries, std::string_view name) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry* entry) { return entry->name()->string_view() == name; });
  return found != entries.end() ? *found : nullptr;
}

// "Peak[<=8]" -> "Peak", "Mode[4] as u8" -> "Mode"
std::string element_of(const std::string& type) { return type.substr(0, type.find_first_of("[ ")); }

// Collects differences between the types of two channels; paths name nested fields: "peaks.freq".
class Differ {
 public:
  Differ(const descriptor::Channel& here, const descriptor::Channel& there) : here_(here), there_(there) {}

  Comparison compare() {
    if (text(here_.name()) != text(there_.name())) differ("channel", text(here_.name()), text(there_.name()));
    if (here_.order() != there_.order()) {
      differ("order", descriptor::EnumNameOrder(here_.order()), descriptor::EnumNameOrder(there_.order()));
    }
    if (here_.overflow() != there_.overflow()) {
      differ("overflow", descriptor::EnumNameOverflow(here_.overflow()),
             descriptor::EnumNameOverflow(there_.overflow()));
    }
    fields("", *here_.message(), *there_.message(), 0);
    // A field that another one pushed aside explains nothing; where nothing else differs, it is all there is to say.
    if (differences_.empty()) differences_ = std::move(moved_);
    if (differences_.empty() && majors_differ()) {
      differences_.push_back("a new major version says that meaning changed, though no field did");
    }
    const Verdict verdict = differences_.empty() ? Verdict::identical : Verdict::incompatible;
    return {verdict, std::move(differences_), std::move(unknown_there_)};
  }

 private:
  // "what: a here, b there"
  void differ(const std::string& what, const std::string& here, const std::string& there) {
    differences_.push_back(what + ": " + here + " here, " + there + " there");
  }

  void fields(const std::string& path, const descriptor::Type& here, const descriptor::Type& there, int nesting) {
    for (const descriptor::Field* field : *here.fields()) {
      const std::string name = path + text(field->name());
      const descriptor::Field* const other = find(*there.fields(), field->name()->string_view());
      if (other != nullptr) {
        this->field(name, *field, *other, nesting);
      } else if (may_be_unknown(path, *field, there_)) {
        unknown_there_.push_back({field->offset(), field->size()});
      } else {
        differences_.push_back("field '" + name + "': missing there");
      }
    }
    for (const descriptor::Field* field : *there.fields()) {
      if (find(*here.fields(), field->name()->string_view()) != nullptr) continue;
      if (may_be_unknown(path, *field, here_)) continue;
      differences_.push_back("field '" + path + text(field->name()) + "': missing here");
    }
  }

  // A field of the message, of a minor that the other side is too old to know. A type nested in it never grows.
  bool may_be_unknown(const std::string& path, const descriptor::Field& field, const descriptor::Channel& other) const {
    return path.empty() && !majors_differ() && field.since() > other.minor();
  }

  void field(const std::string& path, const descriptor::Field& here, const descriptor::Field& there, int nesting) {
    const std::string what = "field '" + path + "'";
    const std::string type_here = text(here.type());
    const std::string type_there = text(there.type());
    const bool moved = here.offset() != there.offset() || here.data_offset() != there.data_offset();
    if (type_here != type_there && moved) {
      differ(what, type_here + " " + place_of(here), type_there + " " + place_of(there));
    } else if (type_here != type_there) {
      differ(what, type_here, type_there);
    } else if (moved) {
      moved_.push_back(what + ": " + place_of(here) + " here, " + place_of(there) + " there");
    }
    meaning(what, "unit", here.unit(), there.unit());
    meaning(what, "frame", here.frame(), there.frame());
    meaning(what, "scale", here.scale(), there.scale());
    meaning(what, "invalid", here.invalid(), there.invalid());
    if (here.since() != there.since() && !majors_differ()) {
      differ(what, "since " + since(here_, here), since(there_, there));
    }
    if (type_here == type_there) elements(path, element_of(type_here), nesting);
  }

  // What changes what a number means, though not its bytes.
  void meaning(const std::string& what, const std::string& key, const flatbuffers::String* here,
               const flatbuffers::String* there) {
    if (text(here) != text(there)) differ(what, key + " " + or_none(here), or_none(there));
  }

  static std::string place_of(const descriptor::Field& field) {
    return "at byte " + std::to_string(field.data_offset() != 0 ? field.data_offset() : field.offset());
  }
  static std::string or_none(const flatbuffers::String* string) {
    return string != nullptr && string->size() > 0 ? string->str() : "none";
  }
  static std::string since(const descriptor::Channel& channel, const descriptor::Field& field) {
    return shown(Version{channel.major(), field.since()});
  }

  void elements(const std::string& path, const std::string& name, int nesting) {
    const descriptor::Enum* const enum_here = find(*here_.enums(), name);
    const descriptor::Enum* const enum_there = find(*there_.enums(), name);
    const descriptor::Type* const type_here = find(*here_.types(), name);
    const descriptor::Type* const type_there = find(*there_.types(), name);
    const std::string what = "field '" + path + "'";
    if ((enum_here != nullptr) != (enum_there != nullptr) || (type_here != nullptr) != (type_there != nullptr)) {
      differ(what, name + " is " + kind(enum_here, type_here), kind(enum_there, type_there));
    } else if (enum_here != nullptr) {
      enums(what, *enum_here, *enum_there);
    } else if (type_here != nullptr && nesting < kMaxNesting) {
      types(what, path, *type_here, *type_there, nesting);
    }
  }

  static std::string kind(const descriptor::Enum* enumeration, const descriptor::Type* type) {
    if (enumeration != nullptr) return "an enum";
    return type != nullptr ? "a type" : "not defined";
  }

  void types(const std::string& what, const std::string& path, const descriptor::Type& here,
             const descriptor::Type& there, int nesting) {
    const std::size_t before = differences_.size();
    fields(path + ".", here, there, nesting + 1);
    if (differences_.size() == before && here.size() != there.size()) {
      differ(what, std::to_string(here.size()) + " bytes", std::to_string(there.size()) + " bytes");
    }
  }

  // A newer minor may name more values: enums are open. The other side of one version may not.
  void enums(const std::string& what, const descriptor::Enum& here, const descriptor::Enum& there) {
    const std::string name = text(here.name());
    if (text(here.type()) != text(there.type())) differ(what, name + " is " + text(here.type()), text(there.type()));
    if (here.flags() != there.flags()) differ(what, name + " is of " + values(here), values(there));
    const auto value_named = [&](const descriptor::EnumValue& value) {
      return what + ": value '" + text(value.name()) + "' of " + name;
    };
    for (const descriptor::EnumValue* value : *here.values()) {
      const descriptor::EnumValue* const other = find(*there.values(), value->name()->string_view());
      if (other != nullptr && text(value->value()) != text(other->value())) {
        differ(value_named(*value), text(value->value()), text(other->value()));
      } else if (other == nullptr && here_.minor() <= there_.minor()) {
        differences_.push_back(value_named(*value) + ": missing there");
      }
    }
    for (const descriptor::EnumValue* value : *there.values()) {
      if (find(*here.values(), value->name()->string_view()) == nullptr && there_.minor() <= here_.minor()) {
        differences_.push_back(value_named(*value) + ": missing here");
      }
    }
  }

  static std::string values(const descriptor::Enum& enumeration) { return enumeration.flags() ? "flags" : "values"; }

  bool majors_differ() const { return here_.major() != there_.major(); }

  const descriptor::Channel& here_;
  const descriptor::Channel& there_;
  std::vector<std::string> differences_;
  std::vector<std::string> moved_;
  std::vector<ByteRange> unknown_there_;
};

std::string hint(Version here, Version there) {
  if (here.major != there.major) {
    return "rebuild this consumer with the producer's schema, or run the producer at " + std::to_string(here.major) +
           ".x";
  }
  if (here.minor == there.minor)
    return "both say version " + shown(here) + ": give the changed schema a new version, and rebuild both";
  return "within a major version fields are only appended: give the changed schema a new major, and rebuild both";
}

}  // namespace

const descriptor::Channel* verify_descriptor(const std::uint8_t* bytes, std::size_t size) noexcept {
  constexpr flatbuffers::uoffset_t max_depth = 16;
  constexpr flatbuffers::uoffset_t max_tables = 100'000;
  flatbuffers::Verifier verifier(bytes, size, max_depth, max_tables);
  if (!descriptor::VerifyChannelBuffer(verifier)) return nullptr;
  const descriptor::Channel* const channel = descriptor::GetChannel(bytes);
  return Limits().hold_for(*channel) ? channel : nullptr;
}

Comparison compare(const descriptor::Channel& here, const descriptor::Channel& there) {
  Comparison comparison = Differ(here, there).compare();
  if (comparison.verdict == Verdict::incompatible) return comparison;
  if (!comparison.unknown_there.empty()) {
    comparison.verdict = Verdict::compatible_by_default;
  } else if (here.minor() != there.minor()) {
    comparison.verdict = Verdict::compatible;
  }
  return comparison;
}

namespace {
Error refusal(std::string text, const Comparison& comparison, const std::string& hint) {
  const std::size_t shown_differences = std::min(comparison.differences.size(), kMaxDifferences);
  for (std::size_t at = 0; at < shown_differences; ++at) text += "\n  " + comparison.differences[at];
  if (const std::size_t more = comparison.differences.size() - shown_differences; more > 0) {
    text += "\n  and " + std::to_string(more) + " more";
  }
  return {ErrorCode::incompatible, text + "\n  hint: " + hint};
}

std::string built_for(const ChannelName& name, Version here) {
  return "sluice: " + name.shown() + ": this consumer was built for version " + shown(here);
}
}  // namespace

Error incompatible(const ChannelName& name, const Comparison& comparison, Version here, Version there,
                   const Peer& producer) {
  const std::string offer = ", producer pid " + std::to_string(producer.pid) + " offers " + shown(there);
  return refusal(built_for(name, here) + offer + ": incompatible", comparison, hint(here, there));
}

Error outdated(const ChannelName& name, const Comparison& comparison, Version here, Version there,
               const Peer& producer) {
  const std::string left = ", producer pid " + std::to_string(producer.pid) + ", which has ended, left " + shown(there);
  return refusal(built_for(name, here) + left + ": incompatible", comparison,
                 "start the producer of this consumer's schema: it replaces what is left");
}

}  // namespace sluice::detail
