// What a user wrote for a message that is a FlatBuffers table of a schema of its own -> the finished table, made by
// FlatBuffers' builder and looked at by its verifier. The schema's records are all that is known of its types.
#pragma once

#include <cstddef>
#include <vector>

#include "given.hpp"
#include "message_schema.hpp"

namespace sluice::tools {

/// @return a table of at most schema.most_table_bytes(). Fields that are left out, or null, are absent in it.
/// Throws ToolError for an unknown field, a wrong type, a required field that is missing, or what does not fit.
std::vector<std::byte> encode_table(const MessageSchema& schema, const Given& given);

}  // namespace sluice::tools
