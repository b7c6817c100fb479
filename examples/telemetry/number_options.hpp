// Command lines of the form `--name NUMBER`: all that these two programs need.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace telemetry {

struct NumberOption {
  std::string_view name;  ///< "--seconds"
  std::uint32_t& value;   ///< keeps its default where the option is absent
  std::uint32_t least;
  std::uint32_t most;
};

/// Reads the command line. `--help` prints `usage` and exits with 0; what is not understood is named, with exit code 2.
void parse_numbers(int argc, char** argv, std::string_view usage, std::initializer_list<NumberOption> options);

}  // namespace telemetry
