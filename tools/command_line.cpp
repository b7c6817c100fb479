#include "command_line.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdint>
#include <limits>
#include <optional>

namespace sluice::tools {

namespace {

// CLI11's own checks let NaN pass, which is neither below a bound nor above it.
CLI::Validator numbers(double least, double most, const std::string& wanted) {
  const auto fault_in = [=](const std::string& text) {
    double number = 0;
    const bool is_one = CLI::detail::lexical_cast(text, number) && number >= least && number <= most;
    return is_one ? "" : fmt::format("'{}' is no finite number {}", text, wanted);
  };
  return CLI::Validator(fault_in, "");
}

constexpr double kMost = std::numeric_limits<double>::max();  // infinity is none of them

}  // namespace

bool CommandOption::is_given() const { return option_->count() > 0; }

CommandOption CommandOption::required() const { return CommandOption(option_->required()); }

CommandOption CommandOption::needs(CommandOption other) const { return CommandOption(option_->needs(other.option_)); }

CommandOption CommandOption::excludes(CommandOption other) const {
  return CommandOption(option_->excludes(other.option_));
}

CommandOption CommandOption::expected(int least, int most) const {
  return CommandOption(option_->expected(least, most));
}

CommandOption CommandOption::allow_extra_args(bool allowed) const {
  return CommandOption(option_->allow_extra_args(allowed));
}

CommandOption CommandOption::capture_default_str() const { return CommandOption(option_->capture_default_str()); }

CommandOption CommandOption::type_name(const std::string& name) const {
  return CommandOption(option_->type_name(name));
}

CommandOption CommandOption::option_text(const std::string& text) const {
  return CommandOption(option_->option_text(text));
}

CommandOption CommandOption::one_of(const std::vector<std::string>& words) const {
  return CommandOption(option_->check(CLI::IsMember(words))->type_name(CLI::detail::join(words, "|")));
}

CommandOption CommandOption::range(double least, double most) const {
  return CommandOption(option_->check(numbers(least, most, fmt::format("from {} to {}", least, most))));
}

CommandOption CommandOption::positive() const {
  return CommandOption(option_->check(numbers(std::numeric_limits<double>::min(), kMost, "above 0")));
}

CommandOption CommandOption::not_negative() const {
  return CommandOption(option_->check(numbers(0, kMost, "of 0 or above")));
}

Subcommand::Subcommand(CLI::App& sluice, const std::string& name, const std::string& help)
    : app_(sluice.add_subcommand(name, help)) {}

void Subcommand::hide() { app_->group(""); }

void Subcommand::footer(const std::string& text) { app_->footer(text); }

template <typename Value>
CommandOption Subcommand::add_option(const std::string& names, Value& value, const std::string& help) {
  return CommandOption(app_->add_option(names, value, help));
}

template CommandOption Subcommand::add_option(const std::string&, std::string&, const std::string&);
template CommandOption Subcommand::add_option(const std::string&, std::vector<std::string>&, const std::string&);
template CommandOption Subcommand::add_option(const std::string&, double&, const std::string&);
template CommandOption Subcommand::add_option(const std::string&, std::uint64_t&, const std::string&);
template CommandOption Subcommand::add_option(const std::string&, std::optional<std::string>&, const std::string&);
template CommandOption Subcommand::add_option(const std::string&, std::optional<double>&, const std::string&);
template CommandOption Subcommand::add_option(const std::string&, std::optional<std::uint64_t>&, const std::string&);

CommandOption Subcommand::add_flag(const std::string& names, bool& value, const std::string& help) {
  return CommandOption(app_->add_flag(names, value, help));
}

}  // namespace sluice::tools
