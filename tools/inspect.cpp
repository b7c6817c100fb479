// `sluice inspect NAME`: all that a window says of itself: layout, schema, journal, where each slot is.
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include "command.hpp"
#include "inspect_report.hpp"
#include "palette.hpp"
#include "partition.hpp"
#include "window_list.hpp"

namespace sluice::tools {

namespace {

constexpr const char* kFooter =
    R"(NAME is what `sluice ls` shows: demo.imu, or demo.imu/left with an instance.

Each slot is in one place:
  producer  the producer's: being filled, or to be filled
  unread    published, and not taken up yet
  consumer  taken up by the consumer, and not finished
  finished  finished by the consumer, and not given back yet
  free      given back, and not collected by the producer yet
In a channel that does not rest for a moment, slots cannot be told: the report
says so. What a killed process left half done is shown as its successor will
settle it.

Exit code
  0  the window is sound, or in use and not at rest
  1  the window contradicts itself: the report says how
  2  a wrong command line, or no such window, or one that cannot be read

Examples
  sluice inspect demo.imu/left
  sluice inspect demo.imu --json | jq .slots)";

struct Options {
  std::string name;
  bool slots = false;
  bool json = false;
};

}  // namespace

Action add_inspect(CLI::App& sluice) {
  const auto options = std::make_shared<Options>();
  CLI::App* const inspect =
      sluice.add_subcommand("inspect", "Shows what is in a window: layout, schema, journal, slots");
  inspect->footer(kFooter);
  inspect->add_option("NAME", options->name, "the window")->required()->option_text(" ");
  inspect->add_flag("--slots", options->slots, "list every slot");
  inspect->add_flag("--json", options->json, "print one JSON object, for scripts");
  return [options] {
    const Inspection seen = Inspection::of(observe(options->name));
    fmt::print("{}",
               options->json ? as_json(seen, options->slots) : as_text(seen, options->slots, Palette::of(stdout)));
    return seen.is_sound() ? Exit::done : Exit::refused;
  };
}

}  // namespace sluice::tools
