// Small readers of a descriptor that has passed verify_descriptor(): its texts, and its entries by name.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "descriptor_generated.h"

namespace sluice::detail {

inline std::string text(const flatbuffers::String* string) { return string != nullptr ? string->str() : std::string(); }

inline std::string or_none(const flatbuffers::String* string) {
  return string != nullptr && string->size() > 0 ? string->str() : "none";
}

template <class Entry>
const Entry* find(const flatbuffers::Vector<flatbuffers::Offset<Entry>>& entries, std::string_view name) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry* entry) { return entry->name()->string_view() == name; });
  return found != entries.end() ? *found : nullptr;
}

/// "Peak[<=8]" -> "Peak", "Mode as u8" -> "Mode".
inline std::string element_of(const std::string& type) { return type.substr(0, type.find_first_of("[ ")); }

}  // namespace sluice::detail
