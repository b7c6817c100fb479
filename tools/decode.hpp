// A slot's bytes -> values, by the schema alone. The bytes may be anything: places come from the schema, which has been
// checked, never from the message; a length is clamped to its bound.
// (A user's own FlatBuffers table is read by its offsets, each of which is checked: table_reader.hpp.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "field_path.hpp"
#include "value.hpp"

namespace sluice::tools {

/// Of all records in a message: each takes many times the bytes that it has in the slot.
inline constexpr std::uint64_t kMaxMembers = 4'000'000;

struct Decoded {
  Record message;
  std::string fault;            // why it cannot be shown; empty if it can be
  std::vector<Value> chosen{};  // what each path leads to
};

/// @param slot  a private copy of a slot, at least schema.message_bytes() long.
/// @param paths  what is wanted, and nothing else is decoded (of a user's table all is); none: the whole message.
Decoded decode(const MessageSchema& schema, const std::byte* slot, const std::vector<FieldPath>& paths = {});

}  // namespace sluice::tools
