// Bytes that somebody else wrote, for a terminal: messages' strings, and a schema's own words.
#pragma once

#include <string>
#include <string_view>

namespace sluice::tools {

/// Valid UTF-8 as it is, but what controls a terminal (ESC, C1 controls, changes of direction), and bytes that are no
/// UTF-8, as \xNN. A backslash is doubled.
std::string escaped(std::string_view bytes);

/// Whether a terminal would obey a part of it that JSON leaves as it is: DEL, C1 controls, changes of direction.
bool controls_terminal(std::string_view json);
/// A text as a JSON string, quotes included: all in ASCII, if it would control a terminal otherwise. U+FFFD stands for
/// what is no UTF-8.
std::string json_string(std::string_view text);

}  // namespace sluice::tools
