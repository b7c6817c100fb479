// What a subcommand of `sluice` is. Each is a file of its own, which main.cpp lists.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace sluice::tools {

/// Exit codes of every subcommand, for scripts.
enum class Exit {
  done = 0,
  refused = 1,  // the answer is no: for `diff`, the new schema breaks programs of the old one
  failed = 2,   // no answer: a wrong command line, or an input that cannot be read
};

/// Does the work of a subcommand whose options have been read. Throws ToolError.
using Action = std::function<Exit()>;

/// `sluice diff`: compares two versions of a schema.
Action add_diff(CLI::App& sluice);

}  // namespace sluice::tools
