// What the command line of `sluice` looks like, read off CLI11's own tree, so that completion and manual cannot drift.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace sluice::tools {

struct OptionPage {
  std::vector<std::string> names;  // "--json", "-I"; of a positional one its name: "OLD"
  std::string value;               // what follows it, see command.hpp: "WINDOW"; empty for a flag
  std::string help;
  bool is_positional = false;
  bool may_repeat = false;
};

struct CommandPage {
  std::string name;  // "diff"
  std::string help;
  std::string footer;
  std::vector<OptionPage> options;  // in the order of --help

  std::vector<const OptionPage*> positionals() const;
};

struct CommandTree {
  std::string name;  // "sluice"
  std::string help;
  std::string version;
  std::vector<OptionPage> options;
  std::vector<CommandPage> commands;  // by name, without hidden ones

  static CommandTree of(const CLI::App& app, const std::string& version);
};

}  // namespace sluice::tools
