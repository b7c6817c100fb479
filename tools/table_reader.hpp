// A slot that holds a FlatBuffers table of the user's own schema -> values. Bytes and schema come from the window, so
// each offset is checked as it is followed, and the number of values has a limit: a table may be shared by
// many.
// docs/window-format.md says where in a slot the table is.
#pragma once

#include <cstddef>

#include "decode.hpp"

namespace sluice::tools {

Decoded decode_table(const MessageSchema& schema, const std::byte* slot);

}  // namespace sluice::tools
