// `sluice completion SHELL`, and the hidden `sluice man`: the command line as a script and as a manual page.
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include "command.hpp"
#include "command_line.hpp"
#include "command_tree.hpp"
#include "completion_scripts.hpp"
#include "man_page.hpp"

namespace sluice::tools {

namespace {

constexpr const char* kFooter =
    R"(For this shell alone
  bash  source <(sluice completion bash)
  zsh   source <(sluice completion zsh)
  fish  sluice completion fish | source

An installed Sluice brings its completion along: bash finds it by itself, zsh
and fish where they look into the installation's folders.

Exit code
  0  done
  2  a wrong command line)";

std::string script_for(const std::string& shell, const CommandTree& tree) {
  if (shell == "bash") return bash_completion(tree);
  return shell == "zsh" ? zsh_completion(tree) : fish_completion(tree);
}

}  // namespace

Action add_completion(CLI::App& sluice, const std::string& version) {
  const auto shell = std::make_shared<std::string>();
  Subcommand completion(sluice, "completion", "Prints a script that completes this command line");
  completion.footer(kFooter);
  completion.add_option("SHELL", *shell, "bash, zsh or fish")
      .required()
      .one_of({"bash", "zsh", "fish"})
      .option_text(" ");
  return [&sluice, shell, version] {
    fmt::print("{}", script_for(*shell, CommandTree::of(sluice, version)));
    return Exit::done;
  };
}

Action add_man(CLI::App& sluice, const std::string& version) {
  Subcommand man(sluice, "man", "Prints the manual page");
  man.hide();
  return [&sluice, version] {
    fmt::print("{}", man_page(CommandTree::of(sluice, version)));
    return Exit::done;
  };
}

}  // namespace sluice::tools
