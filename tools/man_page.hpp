// The command line of `sluice` as a manual page, in the macros of man(7).
#pragma once

#include <string>

#include "command_tree.hpp"

namespace sluice::tools {

std::string man_page(const CommandTree& tree);

}  // namespace sluice::tools
