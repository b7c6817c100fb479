#include "schema_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "channel_name.hpp"
#include "descriptor_lookup.hpp"
#include "escaped_text.hpp"
#include "fbs_text.hpp"
#include "tool_error.hpp"

namespace sluice::tools {

namespace {

using descriptor::Channel;
using descriptor::Constant;
using descriptor::Enum;
using descriptor::Field;
using descriptor::Type;
using detail::text;

using Constants = flatbuffers::Vector<flatbuffers::Offset<Constant>>;

// A JSON string is a YAML one too.
// No name of a sound schema is changed by it.
std::string word(const flatbuffers::String* name) { return escaped(text(name)); }

std::string namespace_of(const std::string& full_name) {
  const std::size_t dot = full_name.rfind('.');
  return dot == std::string::npos ? "" : full_name.substr(0, dot);
}
std::string last_of(const std::string& full_name) { return full_name.substr(full_name.rfind('.') + 1); }

// It names a file, too.
bool is_namespace(std::string_view space) {
  while (true) {
    const std::size_t dot = space.find('.');
    if (!detail::is_valid_part(space.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    space.remove_prefix(dot + 1);
  }
}

bool is_built_in(const std::string& element) {
  constexpr std::array names{"bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64"};
  return element.rfind("string<", 0) == 0 || std::find(names.begin(), names.end(), element) != names.end();
}

// flight_state -> FlightState, as sluicegen calls the message's struct.
std::string camel_case(const std::string& channel) {
  std::string name;
  bool starts = true;
  for (const char c : channel) {
    if (c != '_') name += starts && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    starts = c == '_';
  }
  return name;
}

/// What a descriptor says about the element of a field: "geometry.Pose[<=8]" or "Mode[4] as u8".
class Elements {
 public:
  explicit Elements(const Channel& channel) : channel_(channel) {}

  struct Extent {
    std::uint64_t alignment;
    std::uint64_t length_at;  // of the length word in the part out of line
  };
  /// Of a field's part out of line, as sluicegen's layout.py has it.
  Extent extent_of(const Field& field) const {
    const std::string type = text(field.type());
    const std::string element = detail::element_of(type);
    if (const Type* const nested = detail::find(*channel_.types(), element)) {
      if (!nested->inline_struct()) return {std::max<std::uint64_t>(4, nested->alignment()), 0};
      return list_of(nested->alignment());
    }
    return list_of(width_of(type, element));
  }

 private:
  static Extent list_of(std::uint64_t element_alignment) {
    const std::uint64_t alignment = std::max<std::uint64_t>(4, element_alignment);
    return {alignment, alignment - 4};
  }
  std::uint64_t width_of(const std::string& type, const std::string& element) const {
    const std::size_t as = type.find(" as ");
    const Enum* const enumeration = detail::find(*channel_.enums(), element);
    const std::string carrier = as != std::string::npos  ? type.substr(as + 4)
                                : enumeration != nullptr ? text(enumeration->type())
                                                         : element;
    return carrier == "i64" || carrier == "u64" || carrier == "f64" ? 8 : 4;
  }

  const Channel& channel_;
};

/// The bytes that a message keeps for inline parts of later minors: they show as a gap in front of what lies out of
/// line, or in front of the end.
class Reserve {
 public:
  explicit Reserve(const Channel& channel) : message_(*channel.message()), elements_(channel) {}

  /// What `reserve:` must say; negative where it need not be said.
  std::int64_t bytes() const {
    const Field* first = nullptr;  // of those with a part out of line
    for (const Field* field : *message_.fields()) {
      if (field->data_offset() != 0 && (first == nullptr || field->data_offset() < first->data_offset())) first = field;
    }
    const std::uint64_t kept_from = aligned(inline_end(0), 8);
    std::uint64_t start = message_.fields_end();
    std::uint64_t without = inline_end(kEveryMinor);
    if (first != nullptr) {
      const Elements::Extent extent = elements_.extent_of(*first);
      start = first->data_offset() - extent.length_at;
      without = aligned(inline_end(first->since()), extent.alignment);
    }
    if (start != without && start > kept_from) return static_cast<std::int64_t>(start - kept_from);
    return message_.fields_end() > kReserveFromBytes ? 0 : -1;
  }

 private:
  static constexpr std::uint32_t kEveryMinor = 0xFFFF'FFFF;
  static constexpr std::uint64_t kReserveFromBytes = 16 * 1024;  // sluicegen keeps some by itself behind a larger image

  static std::uint64_t aligned(std::uint64_t offset, std::uint64_t alignment) {
    return (offset + alignment - 1) / alignment * alignment;
  }
  std::uint64_t inline_end(std::uint32_t minor) const {
    std::uint64_t end = 16;
    for (const Field* field : *message_.fields()) {
      if (field->since() <= minor) end = std::max(end, std::uint64_t{field->offset()} + field->size());
    }
    return end;
  }

  const Type& message_;
  Elements elements_;
};

/// The keys of a map in braces: {type: "f32", unit: "m"}.
class Keys {
 public:
  void plain(const char* key, const std::string& value) { add(key, escaped(value)); }
  void quote(const char* key, const std::string& value) { add(key, json_string(value)); }
  void plain(const char* key, const flatbuffers::String* value) {
    if (value != nullptr) plain(key, value->str());
  }
  void quote(const char* key, const flatbuffers::String* value) {
    if (value != nullptr) quote(key, value->str());
  }
  std::string in_braces() const { return "{" + text_ + "}"; }

 private:
  void add(const char* key, const std::string& value) {
    text_ += fmt::format("{}{}: {}", text_.empty() ? "" : ", ", key, value);
  }

  std::string text_;
};

std::string constant_text(const Constant& constant) {
  Keys keys;
  keys.plain("type", constant.type());
  if (text(constant.type()) == "string")
    keys.quote("value", constant.value());
  else
    keys.plain("value", constant.value());
  keys.quote("unit", constant.unit());
  keys.quote("doc", constant.doc());
  return fmt::format("{}: {}", word(constant.name()), keys.in_braces());
}

/// All types and enums of a channel by their full names, and in which file each belongs.
class Files {
 public:
  explicit Files(const Channel& channel) : channel_(channel), name_(text(channel.name())), space_(namespace_of(name_)) {
    for (const Type* type : *channel.types()) add(full(text(type->name())), {type, nullptr, {}});
    for (const Enum* each : *channel.enums()) add(full(text(each->name())), {nullptr, each, {}});
    const std::string message = text(channel.message()->name());
    const bool is_table = channel.payload() != nullptr;
    if (!is_table && message != camel_case(last_of(name_))) carry(full(message));
    for (auto& [full_name, item] : items_) item.needs = needs_of(item);
    place_all();
  }

  std::vector<SchemaFile> all() {
    std::vector<SchemaFile> files{{last_of(name_) + ".yaml", channel_text()}};
    for (const auto& [key, file_name] : file_names_) files.push_back({file_name, types_text(key)});
    if (const descriptor::Payload* const table = channel_.payload()) {
      files.push_back({fbs_name(*table), fbs_text(*table)});
    }
    return files;
  }

 private:
  struct Item {
    const Type* type;
    const Enum* enumeration;
    std::vector<std::string> needs;  // full names
  };
  using Key = std::pair<std::string, std::size_t>;  // namespace, and how many files are behind it

  void add(const std::string& full_name, Item item) {
    if (items_.emplace(full_name, std::move(item)).second) order_.push_back(full_name);
  }
  // `message: geometry.Pose`: the type that the message was made of.
  void carry(std::string full_name) {
    constexpr std::size_t length = std::string_view("Message").size();
    if (full_name.size() > length) full_name.resize(full_name.size() - length);
    carried_ = full_name;
    items_[carried_].type = channel_.message();
    if (std::find(order_.begin(), order_.end(), carried_) == order_.end()) order_.push_back(carried_);
  }

  // A name without a dot is of the channel's own namespace.
  std::string full(const std::string& element) const {
    return element.find('.') != std::string::npos ? element : space_ + "." + element;
  }
  std::string spelt(const std::string& full_name, const std::string& space) const {
    return namespace_of(full_name) == space ? last_of(full_name) : full_name;
  }
  std::vector<std::string> needs_of(const Item& item) const {
    std::vector<std::string> needs;
    if (item.type == nullptr) return needs;
    for (const Field* field : *item.type->fields()) {
      const std::string element = detail::element_of(text(field->type()));
      if (!is_built_in(element) && items_.count(full(element)) > 0) needs.push_back(full(element));
    }
    return needs;
  }

  // How many changes of namespace lie behind a type, so that no two files import each other.
  std::size_t depth_of(const std::string& full_name) {
    const auto [known, is_new] = depths_.emplace(full_name, 0);
    if (!is_new) return known->second;
    std::size_t depth = 0;
    for (const std::string& need : items_.at(full_name).needs) {
      depth = std::max(depth, depth_of(need) + (namespace_of(need) == namespace_of(full_name) ? 0 : 1));
    }
    return depths_[full_name] = depth;
  }
  // The channel's own, which a file of another namespace needs, cannot be in the channel's file.
  void mark_outside(const std::string& full_name) {
    if (!outside_.insert(full_name).second) return;
    for (const std::string& need : items_.at(full_name).needs) mark_outside(need);
  }
  void place_all() {
    for (const std::string& each : order_) {
      if (namespace_of(each) != space_) mark_outside(each);
    }
    std::set<Key> keys;
    for (const std::string& each : outside_) keys.insert(key_of(each));
    std::set<std::string> taken{last_of(name_) + ".yaml"};
    for (const Key& key : keys) {
      std::string stem = key.first;
      if (!is_namespace(stem)) throw ToolError("sluice: no schema can name types of '" + escaped(stem) + "'");
      std::replace(stem.begin(), stem.end(), '.', '_');
      std::string file_name = stem + ".yaml";
      for (int number = 2; !taken.insert(file_name).second; ++number)
        file_name = fmt::format("{}_{}.yaml", stem, number);
      file_names_[key] = file_name;
    }
  }
  Key key_of(const std::string& full_name) { return {namespace_of(full_name), depth_of(full_name)}; }

  std::string field_text(const Field& field, const std::string& space) const {
    const std::string type = text(field.type());
    const std::string element = detail::element_of(type);
    const std::size_t as = type.find(" as ");
    const std::string behind = type.substr(element.size(), as == std::string::npos ? as : as - element.size());
    Keys keys;
    keys.quote("type", is_built_in(element) ? type : spelt(full(element), space) + behind);
    if (as != std::string::npos) keys.plain("as", type.substr(as + 4));
    keys.quote("unit", field.unit());
    keys.plain("default", field.default_value());
    if (field.since() > 0) keys.quote("since", fmt::format("{}.{}", channel_.major(), field.since()));
    keys.quote("frame", field.frame());
    if (field.range_min() != nullptr && field.range_max() != nullptr) {
      keys.plain("range", fmt::format("[{}, {}]", text(field.range_min()), text(field.range_max())));
    }
    keys.plain("invalid", field.invalid());
    keys.plain("scale", field.scale());
    keys.plain("key", field.key());
    keys.plain("role", field.role());
    if (text(field.deprecated()) == "deprecated")
      keys.plain("deprecated", "true");
    else
      keys.quote("deprecated", field.deprecated());
    keys.quote("doc", field.doc());
    return fmt::format("{}: {}", word(field.name()), keys.in_braces());
  }

  std::string fields_text(const Type& type, const std::string& space, const std::string& indent) const {
    if (type.fields()->size() == 0) return " {}\n";
    std::string lines = "\n";
    for (const Field* field : *type.fields()) lines += indent + field_text(*field, space) + "\n";
    return lines;
  }
  static std::string constants_text(const Constants* constants, const std::string& indent) {
    if (constants == nullptr || constants->size() == 0) return "";
    std::string lines = indent + "constants:\n";
    for (const Constant* each : *constants) lines += indent + "  " + constant_text(*each) + "\n";
    return lines;
  }

  std::string type_text(const std::string& full_name) const {
    const Type& type = *items_.at(full_name).type;
    std::string lines = fmt::format("  {}:\n", escaped(last_of(full_name)));
    if (type.doc() != nullptr) lines += fmt::format("    doc: {}\n", json_string(text(type.doc())));
    lines += "    fields:" + fields_text(type, namespace_of(full_name), "      ");
    lines += constants_text(type.constants(), "    ");
    if (full_name == carried_) lines += reserve_text("    ");
    return lines;
  }
  static std::string enum_text(const Enum& each) {
    std::string lines = fmt::format("  {}:\n    type: {}\n", last_of(word(each.name())), word(each.type()));
    if (each.flags()) lines += "    flags: true\n";
    if (each.doc() != nullptr) lines += fmt::format("    doc: {}\n", json_string(text(each.doc())));
    lines += "    values:\n";
    for (const descriptor::EnumValue* value : *each.values()) {
      Keys keys;
      keys.plain("value", value->value());
      keys.quote("doc", value->doc());
      lines += fmt::format("      {}: {}\n", word(value->name()),
                           value->doc() != nullptr ? keys.in_braces() : word(value->value()));
    }
    return lines;
  }
  std::string reserve_text(const std::string& indent) const {
    const std::int64_t bytes = Reserve(channel_).bytes();
    return bytes < 0 ? "" : fmt::format("{}reserve: {}\n", indent, bytes);
  }

  // Sections of what is in a file, and the files that it names types of.
  template <class IsIn>
  std::string sections(IsIn&& is_in, std::vector<std::string>& needs) {
    std::string types, enums;
    for (const std::string& each : order_) {
      if (!is_in(each)) continue;
      const Item& item = items_.at(each);
      (item.type != nullptr ? types : enums) += item.type != nullptr ? type_text(each) : enum_text(*item.enumeration);
      needs.insert(needs.end(), item.needs.begin(), item.needs.end());
    }
    return (types.empty() ? "" : "types:\n" + types) + (enums.empty() ? "" : "enums:\n" + enums);
  }
  template <class IsIn>
  std::string imports_text(const std::vector<std::string>& needs, IsIn&& is_in) {
    std::set<std::string> names;
    for (const std::string& need : needs) {
      if (!is_in(need)) names.insert(file_names_.at(key_of(need)));
    }
    return names.empty() ? "" : fmt::format("imports: [{}]\n", fmt::join(names, ", "));
  }

  std::string channel_text() {
    const Type& message = *channel_.message();
    const auto is_in = [&](const std::string& each) { return outside_.count(each) == 0; };
    std::string head = fmt::format("channel: {}\nnamespace: {}\nversion: \"{}.{}\"\n", last_of(name_), space_,
                                   channel_.major(), channel_.minor());
    if (channel_.doc() != nullptr) head += fmt::format("doc: {}\n", json_string(text(channel_.doc())));
    head += fmt::format("order: {}\ncapacity: {}\noverflow: {}\n", descriptor::EnumNameOrder(channel_.order()),
                        channel_.capacity(), descriptor::EnumNameOverflow(channel_.overflow()));
    std::vector<std::string> needs = carried_.empty() ? needs_of({&message, nullptr, {}}) : std::vector{carried_};
    const std::string below = sections(is_in, needs);
    return head + imports_text(needs, is_in) + message_text() + below + constants_text(channel_.constants(), "");
  }
  std::string message_text() const {
    if (channel_.payload() != nullptr) return table_text(*channel_.payload());
    if (!carried_.empty()) return "message: " + escaped(spelt(carried_, space_)) + "\n";
    return reserve_text("") + "message:" + fields_text(*channel_.message(), space_, "  ");
  }
  static std::string table_text(const descriptor::Payload& table) {
    return fmt::format("message:\n  flatbuffers: {}\n  root: {}\n  max_bytes: {}\n  verify: {}\n", fbs_name(table),
                       text(table.root()), table.max_bytes(), descriptor::EnumNameVerify(table.verify()));
  }
  std::string types_text(const Key& key) {
    const auto is_in = [&](const std::string& each) { return outside_.count(each) > 0 && key_of(each) == key; };
    std::vector<std::string> needs;
    const std::string below = sections(is_in, needs);
    return fmt::format("namespace: {}\n", key.first) + imports_text(needs, is_in) + below;
  }

  const Channel& channel_;
  std::string name_;
  std::string space_;
  std::string carried_;  // empty: the message has a struct of its own
  std::map<std::string, Item> items_;
  std::vector<std::string> order_;  // of the descriptor: dependencies first
  std::map<std::string, std::size_t> depths_;
  std::set<std::string> outside_;
  std::map<Key, std::string> file_names_;
};

}  // namespace

std::vector<SchemaFile> schema_files(const Channel& channel) { return Files(channel).all(); }

}  // namespace sluice::tools
