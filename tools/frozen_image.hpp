// A new message of any schema, all defaults, as bytes: what a generated class's constructor makes, from the descriptor
// alone. References and vtables are where the generator's layout.py puts them; a test compares both byte by byte.
#pragma once

#include <cstddef>
#include <vector>

#include "message_schema.hpp"

namespace sluice::tools {

/// Not of a message that is a user's own table. Throws ToolError if a default or the layout cannot be.
std::vector<std::byte> frozen_image(const MessageSchema& schema);

/// Sets the fields of a struct that joins a sequence: behind a sequence's length a new message has no defaults.
void set_defaults(const MessageSchema& schema, const RecordType& structure, std::byte* at);

}  // namespace sluice::tools
