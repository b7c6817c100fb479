// Parses `--name NUMBER` and `--name=NUMBER`; declared in number_options.hpp.
#include "number_options.hpp"

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "words.hpp"

namespace telemetry {

namespace {

[[noreturn]] void refuse(const std::string& what, std::string_view usage) {
  std::cerr << "telemetry: " << what << "\n" << usage;
  std::exit(2);
}

std::optional<std::uint32_t> number_in(std::string_view text, const NumberOption& option) {
  const auto number = number_from<std::uint32_t>(text);
  return number && *number >= option.least && *number <= option.most ? number : std::nullopt;
}

void set(const NumberOption& option, std::string_view text, std::string_view usage) {
  const auto number = number_in(text, option);
  if (!number) {
    refuse(std::string(option.name) + " takes a whole number from " + std::to_string(option.least) + " to " +
               std::to_string(option.most) + ", not '" + std::string(text) + "'",
           usage);
  }
  option.value = *number;
}

const NumberOption& find(std::string_view name, std::initializer_list<NumberOption> options, std::string_view usage) {
  for (const NumberOption& option : options) {
    if (option.name == name) return option;
  }
  refuse("unknown argument '" + std::string(name) + "'", usage);
}

}  // namespace

void parse_numbers(int argc, char** argv, std::string_view usage, std::initializer_list<NumberOption> options) {
  for (int at = 1; at < argc; ++at) {
    const std::string_view argument = argv[at];
    if (argument == "--help" || argument == "-h") {
      std::cout << usage;
      std::exit(0);
    }
    const std::size_t equals = argument.find('=');
    const NumberOption& option = find(argument.substr(0, equals), options, usage);
    if (equals != std::string_view::npos) {
      set(option, argument.substr(equals + 1), usage);
    } else {
      set(option, ++at < argc ? argv[at] : "", usage);
    }
  }
}

}  // namespace telemetry
