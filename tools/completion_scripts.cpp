#include "completion_scripts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "command.hpp"

namespace sluice::tools {

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

std::string flag_names(const std::vector<OptionPage>& options) {
  std::string names;
  for (const OptionPage& option : options) {
    if (option.is_positional) continue;
    for (const std::string& name : option.names) names += (names.empty() ? "" : " ") + name;
  }
  return names;
}

// Of options that a value follows.
std::string valued_names(const std::vector<OptionPage>& options) {
  std::string names;
  for (const OptionPage& option : options) {
    if (option.is_positional || option.value.empty()) continue;
    for (const std::string& name : option.names) names += (names.empty() ? "" : " ") + name;
  }
  return names;
}

std::string command_names(const CommandTree& tree) {
  std::string names;
  for (const CommandPage& command : tree.commands) names += (names.empty() ? "" : " ") + command.name;
  return names;
}

std::string words_of(const std::string& value) { return replaced(value, "|", " "); }
bool is_words(const std::string& value) { return value.find('|') != std::string::npos; }

// bash: a command that fills in what may stand there.
std::string bash_values(const std::string& value) {
  if (value == kWindowValue) return R"sh(_sluice_words "$("$program" ls --names 2>/dev/null)")sh";
  if (value == kFileValue) return "compopt -o default";
  if (value == kFolderValue) return "compopt -o dirnames";
  return is_words(value) ? fmt::format("_sluice_words '{}'", words_of(value)) : ":";
}

std::string bash_command(const CommandPage& command) {
  std::string text = fmt::format("    {})\n", command.name);
  std::string after_option;
  for (const OptionPage& option : command.options) {
    if (option.is_positional || option.value.empty()) continue;
    std::string names;
    for (const std::string& name : option.names) names += (names.empty() ? "" : "|") + name;
    after_option += fmt::format("        {}) {}; return ;;\n", names, bash_values(option.value));
  }
  if (!after_option.empty()) text += "      case $before in\n" + after_option + "      esac\n";
  text += fmt::format("      options='{}'\n", flag_names(command.options));
  std::string places;
  const auto positionals = command.positionals();
  for (std::size_t at = 0; at < positionals.size(); ++at) {
    const std::string place = positionals[at]->may_repeat ? "*" : std::to_string(at);
    places += fmt::format("        {}) {} ;;\n", place, bash_values(positionals[at]->value));
  }
  if (places.empty()) return text + "      ;;\n";
  return text + fmt::format("      [[ $word == -* ]] || case $(_sluice_place '{}') in\n{}      esac\n      ;;\n",
                            valued_names(command.options), places);
}

// zsh: text inside '...[...]' of _arguments.
std::string zsh_text(const std::string& text) {
  std::string escaped = replaced(text, "'", "'\\''");
  for (const char* const special : {"[", "]", ":"}) escaped = replaced(escaped, special, std::string("\\") + special);
  return escaped;
}

std::string zsh_values(const std::string& value) {
  if (value == kWindowValue) return "_sluice_windows";
  if (value == kFileValue) return "_files";
  if (value == kFolderValue) return "_files -/";
  return is_words(value) ? "(" + words_of(value) + ")" : " ";
}

std::string zsh_option(const OptionPage& option) {
  if (option.is_positional) {
    return fmt::format("        '{}:{}:{}' \\\n", option.may_repeat ? "*" : "", zsh_text(option.names.front()),
                       zsh_values(option.value));
  }
  std::string lines;
  for (const std::string& name : option.names) {
    const std::string value = option.value.empty() ? "" : fmt::format(":{}:{}", option.value, zsh_values(option.value));
    lines += fmt::format("        '{}{}[{}]{}' \\\n", option.may_repeat ? "*" : "", name, zsh_text(option.help), value);
  }
  return lines;
}

std::string fish_text(const std::string& text) { return replaced(replaced(text, "\\", "\\\\"), "'", "\\'"); }

std::string fish_values(const std::string& value) {
  if (value == kWindowValue) return " -x -a '(sluice ls --names 2>/dev/null)'";
  if (value == kFileValue) return " -r -F";
  if (value == kFolderValue) return " -x -a '(__fish_complete_directories)'";
  return is_words(value) ? fmt::format(" -x -a '{}'", words_of(value)) : value.empty() ? " -f" : " -x";
}

std::string fish_option(const std::string& condition, const OptionPage& option) {
  std::string text = fmt::format("complete -c sluice -n '{}'", condition);
  if (option.is_positional) {
    // Not -x, which would be for the value of an option.
    const std::string values = option.value == kFileValue ? " -F" : replaced(fish_values(option.value), " -x", " -f");
    return text + values + "\n";
  }
  for (const std::string& name : option.names) {
    text += name.rfind("--", 0) == 0 ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return text + fish_values(option.value) + fmt::format(" -d '{}'\n", fish_text(option.help));
}

}  // namespace

std::string bash_completion(const CommandTree& tree) {
  std::string commands;
  for (const CommandPage& command : tree.commands) commands += bash_command(command);
  return fmt::format(R"sh(# Completion of `sluice` for bash, written by: sluice completion bash

_sluice_words() {{
  COMPREPLY+=($(compgen -W "$1" -- "$word"))
}}

# How many words precede that are neither options nor values of those in $1.
_sluice_place() {{
  local at place=0
  for ((at = 2; at < COMP_CWORD; at++)); do
    [[ ${{COMP_WORDS[at]}} == -* || " $1 " == *" ${{COMP_WORDS[at - 1]}} "* ]] || ((place += 1))
  done
  echo "$place"
}}

_sluice() {{
  local program=$1 word=$2 before=$3 options=''
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    _sluice_words '{} {}'
    return
  fi
  case ${{COMP_WORDS[1]}} in
{}  esac
  [[ $word != -* ]] || _sluice_words "$options"
}}

complete -F _sluice sluice
)sh",
                     command_names(tree), flag_names(tree.options), commands);
}

std::string zsh_completion(const CommandTree& tree) {
  std::string described;
  std::string commands;
  for (const CommandPage& command : tree.commands) {
    described += fmt::format("    '{}:{}'\n", command.name, zsh_text(command.help));
    commands += fmt::format("    {})\n      _arguments -s \\\n", command.name);
    for (const OptionPage& option : command.options) commands += zsh_option(option);
    commands += "        && return 0\n      ;;\n";
  }
  std::string own;
  for (const OptionPage& option : tree.options) own += replaced(zsh_option(option), "        ", "    ");
  return fmt::format(R"sh(#compdef sluice
# Completion of `sluice` for zsh, written by: sluice completion zsh

_sluice_windows() {{
  local -a windows
  windows=(${{(f)"$(_call_program windows ${{(q)program}} ls --names 2>/dev/null)"}})
  compadd -a windows
}}

_sluice_commands() {{
  local -a commands
  commands=(
{}  )
  _describe command commands
}}

_sluice_command() {{
  case $words[1] in
{}  esac
}}

_sluice() {{
  local line state program=$words[1]
  _arguments -C \
{}    '1: :_sluice_commands' \
    '*:: :->arguments' && return 0
  [[ $state != arguments ]] || _sluice_command
}}

if [[ $funcstack[1] == _sluice ]]; then
  _sluice "$@"
else
  compdef _sluice sluice
fi
)sh",
                     described, commands, own);
}

std::string fish_completion(const CommandTree& tree) {
  std::string text = "# Completion of `sluice` for fish, written by: sluice completion fish\n\ncomplete -c sluice -f\n";
  const std::string none_yet = fmt::format("not __fish_seen_subcommand_from {}", command_names(tree));
  for (const OptionPage& option : tree.options) text += fish_option(none_yet, option);
  for (const CommandPage& command : tree.commands) {
    text +=
        fmt::format("\ncomplete -c sluice -n '{}' -f -a {} -d '{}'\n", none_yet, command.name, fish_text(command.help));
    for (const OptionPage& option : command.options) {
      text += fish_option("__fish_seen_subcommand_from " + command.name, option);
    }
  }
  return text;
}

}  // namespace sluice::tools
