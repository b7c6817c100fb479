// What a user wrote for a message -> the message's bytes, on top of its defaults.
#pragma once

#include <cstddef>
#include <vector>

#include "given.hpp"
#include "message_schema.hpp"

namespace sluice::tools {

/// @param defaults  frozen_image() of the schema; what is not given stays as it is there.
/// Throws ToolError for an unknown field, a wrong type, or what does not fit, and names field and bounds.
std::vector<std::byte> encode(const MessageSchema& schema, const std::vector<std::byte>& defaults, const Given& given);

}  // namespace sluice::tools
