// Why a subcommand has no answer.
#pragma once

#include <stdexcept>

namespace sluice::tools {

/// what() goes to stderr as it is.
class ToolError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace sluice::tools
