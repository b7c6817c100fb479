// Runs another program to its end and keeps what it says. No shell is involved.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sluice::tools {

struct Finished {
  int exit_code = 0;  // 128 and the signal's number where a signal ended it
  std::string output;
  std::string complaint;  // what went to stderr
};

/// @param words   the program, found on the PATH unless it has a slash, and its arguments
/// @param folder  where it runs
/// Throws ToolError if it cannot be started.
Finished run_program(const std::vector<std::string>& words, const std::filesystem::path& folder);

}  // namespace sluice::tools
