// The command `sluice`: finds the subcommand, and turns what it throws into a sentence and an exit code.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include "command.hpp"
#include "nearest.hpp"

namespace {

using namespace sluice::tools;

int fail(const std::string& text) {
  fmt::print(stderr, "{}\n", text);
  return static_cast<int>(Exit::failed);
}

// What is wrong with the first word, where it should be a command; empty if nothing is.
std::string wrong_command(const std::vector<std::string>& words, const std::map<std::string, Action>& actions,
                          const CLI::App& sluice) {
  std::vector<std::string> known;
  for (const auto& [name, action] : actions) {
    const bool is_hidden = sluice.get_subcommand(name)->get_group().empty();
    if (!is_hidden) known.push_back(name);
  }
  const std::string valid = fmt::format("valid: {}", fmt::join(known, ", "));
  if (words.empty()) return "no command given; " + valid;
  if (words[0][0] == '-' || actions.count(words[0]) > 0) return "";
  const auto meant = nearest(words[0], known);
  return fmt::format("unknown command '{}'; {}", words[0], meant ? "did you mean '" + *meant + "'?" : valid);
}

int run(int argument_count, char** arguments) {
  CLI::App sluice("Looks after Sluice's schemas and channels.", "sluice");
  sluice.set_version_flag("--version", "sluice " SLUICE_VERSION);
  sluice.require_subcommand(1);
  std::map<std::string, Action> actions;
  actions["completion"] = add_completion(sluice, SLUICE_VERSION);
  actions["diff"] = add_diff(sluice);
  actions["doctor"] = add_doctor(sluice);
  actions["echo"] = add_echo(sluice);
  actions["inspect"] = add_inspect(sluice);
  actions["ls"] = add_ls(sluice);
  actions["man"] = add_man(sluice, SLUICE_VERSION);
  actions["plot"] = add_plot(sluice);
  actions["publish"] = add_publish(sluice);
  actions["top"] = add_top(sluice);

  const std::vector<std::string> words(arguments + 1, arguments + argument_count);
  if (const std::string wrong = wrong_command(words, actions, sluice); !wrong.empty()) {
    return fail(fmt::format("sluice: {}\n  hint: sluice --help", wrong));
  }
  try {
    sluice.parse(argument_count, arguments);
  } catch (const CLI::Success& help) {
    return sluice.exit(help);
  } catch (const CLI::ParseError& error) {
    const auto chosen = sluice.get_subcommands();
    const std::string command = chosen.empty() ? "sluice" : "sluice " + chosen.front()->get_name();
    return fail(fmt::format("{}: {}\n  hint: {} --help", command, error.what(), command));
  }
  return static_cast<int>(actions.at(sluice.get_subcommands().front()->get_name())());
}

}  // namespace

int main(int argument_count, char** arguments) {
  try {
    return run(argument_count, arguments);
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}
