// Bytes that somebody else wrote, for a terminal: messages' strings, and a schema's own words.
#pragma once

#include <string>
#include <string_view>

namespace sluice::tools {

/// Valid UTF-8 as it is, but what controls a terminal (ESC, C1 controls, changes of direction), and bytes that are no
/// UTF-8, as \xNN. A backslash is doubled.
std::string escaped(std::string_view bytes);

}  // namespace sluice::tools
