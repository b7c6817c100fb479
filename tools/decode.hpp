// A slot's bytes -> values, by the schema alone. The bytes may be anything: places come from the schema, which has been
// checked, never from the message; a length is clamped to its bound.
// (A user's own FlatBuffers table is read by its offsets, each of which is checked: table_reader.hpp.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "value.hpp"

namespace sluice::tools {

struct Decoded {
  Record message;
  std::string fault;  // why a user's table cannot be read; empty if it can be
};

/// @param slot  a private copy of a slot, at least schema.message_bytes() long.
Decoded decode(const MessageSchema& schema, const std::byte* slot);

}  // namespace sluice::tools
