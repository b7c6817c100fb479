#include "command_tree.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "command.hpp"

namespace sluice::tools {

namespace {

bool is_kind(const std::string& name) {
  return name == kWindowValue || name == kFileValue || name == kFolderValue || name.find('|') != std::string::npos;
}

// What completion must know comes before what --help shows, and that before CLI11's own name of the type.
std::string value_of(const CLI::Option& option) {
  if (option.get_type_size_max() == 0) return "";
  std::string name = option.get_type_name();
  name.resize(std::min(name.find(':'), name.size()));  // "WINDOW:{a,b}": what validators add is for errors
  const std::string& shown = option.get_option_text();
  const bool says_nothing = shown.find_first_not_of(' ') == std::string::npos;
  return is_kind(name) || says_nothing ? name : shown;
}

OptionPage page_of(const CLI::Option& option) {
  OptionPage page;
  page.is_positional = option.get_positional();
  if (page.is_positional) page.names.push_back(option.get_name(true));
  for (const std::string& name : option.get_snames()) page.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) page.names.push_back("--" + name);
  page.value = value_of(option);
  if (page.is_positional && page.names.front() == "NAME") page.value = kWindowValue;  // in every command
  page.help = option.get_description();
  page.may_repeat = option.get_items_expected_max() > 1;
  return page;
}

std::vector<OptionPage> options_of(const CLI::App& app) {
  std::vector<OptionPage> pages;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_group().empty()) pages.push_back(page_of(*option));
  }
  return pages;
}

}  // namespace

std::vector<const OptionPage*> CommandPage::positionals() const {
  std::vector<const OptionPage*> found;
  for (const OptionPage& option : options) {
    if (option.is_positional) found.push_back(&option);
  }
  return found;
}

CommandTree CommandTree::of(const CLI::App& app, const std::string& version) {
  CommandTree tree{app.get_name(), app.get_description(), version, options_of(app), {}};
  for (const CLI::App* command : app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); })) {
    tree.commands.push_back(
        {command->get_name(), command->get_description(), command->get_footer(), options_of(*command)});
  }
  std::sort(tree.commands.begin(), tree.commands.end(),
            [](const CommandPage& one, const CommandPage& other) { return one.name < other.name; });
  return tree;
}

}  // namespace sluice::tools
