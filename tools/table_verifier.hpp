// FlatBuffers' verifier, led by a schema that is known at run time only: what flatc generates for a type of C++. The
// consumer's looks at each table before it is read; a message made by hand passes this one before it is published.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "message_schema.hpp"

namespace sluice::tools {

/// Where a finished table is wrong: the field's path, empty if it is the table itself. None: it is sound.
std::optional<std::string> fault_of_table(const MessageSchema& schema, const std::vector<std::byte>& table);

}  // namespace sluice::tools
