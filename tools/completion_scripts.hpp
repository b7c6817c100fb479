// The command line of `sluice` as a script that completes it, for each shell.
// Names of windows are completed by `sluice ls --names`, files and folders by the shell itself.
#pragma once

#include <string>

#include "command_tree.hpp"

namespace sluice::tools {

std::string bash_completion(const CommandTree& tree);
std::string zsh_completion(const CommandTree& tree);
std::string fish_completion(const CommandTree& tree);

}  // namespace sluice::tools
