// A subcommand's part of the command line. CLI11 stays behind it, in command_line.cpp: its header alone takes seconds
// to compile in each file that includes it.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace sluice::tools {

/// An option, a flag or a positional. What is not described here is as in CLI11's Option.
class CommandOption {
 public:
  CommandOption() = default;
  explicit CommandOption(CLI::Option* option) : option_(option) {}

  bool is_given() const;

  CommandOption required() const;
  CommandOption needs(CommandOption other) const;
  CommandOption excludes(CommandOption other) const;
  CommandOption expected(int least, int most) const;
  CommandOption allow_extra_args(bool allowed) const;
  CommandOption capture_default_str() const;
  CommandOption type_name(const std::string& name) const;
  CommandOption option_text(const std::string& text) const;
  /// Completion offers the words, too.
  CommandOption one_of(const std::vector<std::string>& words) const;
  /// A finite number, as of these two as well.
  CommandOption range(double least, double most) const;
  CommandOption positive() const;
  CommandOption not_negative() const;

 private:
  CLI::Option* option_ = nullptr;
};

class Subcommand {
 public:
  Subcommand(CLI::App& sluice, const std::string& name, const std::string& help);

  /// Neither in --help nor in completions.
  void hide();
  void footer(const std::string& text);
  /// Value: std::string or several of them, double, std::uint64_t, or one of them as a std::optional.
  template <typename Value>
  CommandOption add_option(const std::string& names, Value& value, const std::string& help);
  CommandOption add_flag(const std::string& names, bool& value, const std::string& help);

 private:
  CLI::App* app_;
};

}  // namespace sluice::tools
