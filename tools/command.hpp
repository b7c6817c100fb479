// What a subcommand of `sluice` is. Each is a file of its own, which main.cpp lists.
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace sluice::tools {

/// Exit codes of every subcommand, for scripts.
enum class Exit {
  done = 0,
  refused = 1,  // the answer is no: `diff` found a break, `doctor` and `inspect` something wrong
  failed = 2,   // no answer: a wrong command line, or an input that cannot be read
};

/// Does the work of a subcommand whose options have been read. Throws ToolError.
using Action = std::function<Exit()>;

/// What a value is: the type_name() of an option or positional, for completion and manual. Words to choose from are
/// joined by '|'. --help shows the option_text() instead. A positional NAME is a window without saying so.
inline constexpr const char* kWindowValue = "WINDOW";
inline constexpr const char* kFileValue = "FILE";
inline constexpr const char* kFolderValue = "DIR";

/// `sluice completion`: a script for a shell.
Action add_completion(CLI::App& sluice, const std::string& version);
/// `sluice diff`: compares two versions of a schema.
Action add_diff(CLI::App& sluice);
/// `sluice doctor`: what is wrong with windows.
Action add_doctor(CLI::App& sluice);
/// `sluice inspect`: what is in a window.
Action add_inspect(CLI::App& sluice);
/// `sluice ls`: lists all windows.
Action add_ls(CLI::App& sluice);
/// `sluice man`, hidden: the manual page, for the installation.
Action add_man(CLI::App& sluice, const std::string& version);

/// `sluice echo`: prints messages as they are published.
Action add_echo(CLI::App& sluice);
/// `sluice publish`: makes messages by hand.
Action add_publish(CLI::App& sluice);
/// `sluice plot`: draws fields over time.
Action add_plot(CLI::App& sluice);
/// `sluice top`: all channels, live.
Action add_top(CLI::App& sluice);

}  // namespace sluice::tools
