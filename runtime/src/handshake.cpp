#include "handshake.hpp"

#include <algorithm>

#include "descriptor_generated.h"
#include "errors.hpp"

namespace sluice::detail {

namespace {

// A hostile descriptor may nest a type in itself; no real one nests this deep.
constexpr int kMaxNesting = 32;

std::string text(const flatbuffers::String* string) { return string != nullptr ? string->str() : std::string(); }

template <class Entry>
const Entry* find(const flatbuffers::Vector<flatbuffers::Offset<Entry>>& entries, const std::string& name) {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const Entry* entry) { return entry->name()->str() == name; });
  return found != entries.end() ? *found : nullptr;
}

// "Peak[<=8]" -> "Peak"
std::string element_of(const std::string& type) { return type.substr(0, type.find('[')); }

// Collects differences between the types of two channels; paths name nested fields: "peaks.freq".
class Differ {
 public:
  Differ(const descriptor::Channel& here, const descriptor::Channel& there) : here_(here), there_(there) {}

  void channels() {
    if (text(here_.name()) != text(there_.name())) add("channel", text(here_.name()), text(there_.name()));
    if (here_.order() != there_.order()) {
      add("order", descriptor::EnumNameOrder(here_.order()), descriptor::EnumNameOrder(there_.order()));
    }
    if (here_.overflow() != there_.overflow()) {
      add("overflow", descriptor::EnumNameOverflow(here_.overflow()), descriptor::EnumNameOverflow(there_.overflow()));
    }
    fields("", *here_.message(), *there_.message(), 0);
    if (differences_.empty() && here_.major() != there_.major()) {
      differences_.push_back("a new major version says that meaning changed, though no field did");
    }
  }

  Comparison take() {
    const Verdict verdict = differences_.empty() ? Verdict::identical : Verdict::incompatible;
    return {verdict, std::move(differences_), std::move(unknown_there_)};
  }

 private:
  void add(const std::string& what, const std::string& here, const std::string& there) {
    differences_.push_back(what + ": " + here + " here, " + there + " there");
  }

  void fields(const std::string& path, const descriptor::Type& here, const descriptor::Type& there, int nesting) {
    for (const descriptor::Field* field : *here.fields()) {
      const std::string name = path + text(field->name());
      const descriptor::Field* const other = find(*there.fields(), text(field->name()));
      if (other != nullptr) {
        this->field(name, *field, *other, nesting);
      } else if (path.empty() ? field->since() <= there_.minor() || majors_differ() : true) {
        differences_.push_back("field '" + name + "': missing there");
      } else {
        unknown_there_.push_back({field->offset(), field->size()});
      }
    }
    for (const descriptor::Field* field : *there.fields()) {
      if (find(*here.fields(), text(field->name())) != nullptr) continue;
      if (path.empty() ? field->since() <= here_.minor() || majors_differ() : true) {
        differences_.push_back("field '" + path + text(field->name()) + "': missing here");
      }
    }
  }

  void field(const std::string& path, const descriptor::Field& here, const descriptor::Field& there, int nesting) {
    const std::string what = "field '" + path + "'";
    const std::string type_here = text(here.type());
    const std::string type_there = text(there.type());
    const bool moved = here.offset() != there.offset() || here.data_offset() != there.data_offset();
    const auto place = [&](const descriptor::Field& field) {
      return "at byte " + std::to_string(field.data_offset() != 0 ? field.data_offset() : field.offset());
    };
    if (type_here != type_there && moved) {
      add(what, type_here + " " + place(here), type_there + " " + place(there));
    } else if (type_here != type_there) {
      add(what, type_here, type_there);
    } else if (moved) {
      add(what, place(here), place(there));
    }
    if (text(here.unit()) != text(there.unit())) add(what, unit(here), unit(there));
    if (here.since() != there.since()) {
      add(what, "since minor " + std::to_string(here.since()), "since minor " + std::to_string(there.since()));
    }
    if (type_here == type_there) elements(path, element_of(type_here), nesting);
  }

  static std::string unit(const descriptor::Field& field) {
    const std::string unit = text(field.unit());
    return unit.empty() ? "no unit" : "unit " + unit;
  }

  void elements(const std::string& path, const std::string& name, int nesting) {
    const descriptor::Enum* const enum_here = find(*here_.enums(), name);
    const descriptor::Enum* const enum_there = find(*there_.enums(), name);
    const descriptor::Type* const type_here = find(*here_.types(), name);
    const descriptor::Type* const type_there = find(*there_.types(), name);
    const std::string what = "field '" + path + "'";
    if ((enum_here != nullptr) != (enum_there != nullptr) || (type_here != nullptr) != (type_there != nullptr)) {
      add(what, name + " is " + kind(enum_here, type_here), kind(enum_there, type_there));
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
      add(what, std::to_string(here.size()) + " bytes", std::to_string(there.size()) + " bytes");
    }
  }

  // A newer minor may name more values: enums are open. The other side of one version may not.
  void enums(const std::string& what, const descriptor::Enum& here, const descriptor::Enum& there) {
    if (text(here.type()) != text(there.type())) {
      add(what, text(here.name()) + " is " + text(here.type()), text(there.type()));
    }
    for (const descriptor::EnumValue* value : *here.values()) {
      const std::string name = "value '" + text(value->name()) + "' of " + text(here.name());
      const descriptor::EnumValue* const other = find(*there.values(), text(value->name()));
      if (other != nullptr && text(value->value()) != text(other->value())) {
        add(what + ": " + name, text(value->value()), text(other->value()));
      } else if (other == nullptr && here_.minor() <= there_.minor()) {
        differences_.push_back(what + ": " + name + ": missing there");
      }
    }
    for (const descriptor::EnumValue* value : *there.values()) {
      if (find(*here.values(), text(value->name())) == nullptr && there_.minor() <= here_.minor()) {
        differences_.push_back(what + ": value '" + text(value->name()) + "' of " + text(here.name()) +
                               ": missing here");
      }
    }
  }

  bool majors_differ() const { return here_.major() != there_.major(); }

  const descriptor::Channel& here_;
  const descriptor::Channel& there_;
  std::vector<std::string> differences_;
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
  return descriptor::VerifyChannelBuffer(verifier) ? descriptor::GetChannel(bytes) : nullptr;
}

Comparison compare(const descriptor::Channel& here, const descriptor::Channel& there) {
  Differ differ(here, there);
  differ.channels();
  Comparison comparison = differ.take();
  if (comparison.verdict == Verdict::incompatible) return comparison;
  if (!comparison.unknown_there.empty()) {
    comparison.verdict = Verdict::compatible_by_default;
  } else if (here.minor() != there.minor()) {
    comparison.verdict = Verdict::compatible;
  }
  return comparison;
}

Error incompatible(const ChannelName& name, const Comparison& comparison, Version here, Version there,
                   const Peer& producer) {
  std::string text = "sluice: " + name.shown() + ": this consumer was built for version " + shown(here) +
                     ", producer pid " + std::to_string(producer.pid) + " offers " + shown(there) + ": incompatible";
  for (const std::string& difference : comparison.differences) text += "\n  " + difference;
  return {ErrorCode::incompatible, text + "\n  hint: " + hint(here, there)};
}

}  // namespace sluice::detail
