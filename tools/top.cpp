// `sluice top`: all channels of this machine, live.
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "channel_watch.hpp"
#include "colours.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "stop_signal.hpp"
#include "terminal.hpp"
#include "top_frame.hpp"
#include "watching_options.hpp"

namespace sluice::tools {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kLook = 20ms;
constexpr auto kFind = 1s;
// Looks close to each other, each time: a message that is taken among them tells how long it waited to about a step.
constexpr int kSteps = 8;
constexpr auto kStep = 100us;

constexpr const char* kFooter =
    R"(Without a terminal, and with --once or --json, it looks for --interval seconds, prints what it saw, and ends.

Keys
  q F10            quit                F6 < >   choose the column to sort by
  up down ...      select a channel    I        invert the order
  space            pause               h F1 ?   help

Exit code
  0  it was ended, or the table was printed
  2  a wrong command line, or shared memory that cannot be read

Examples
  sluice top
  sluice top --json --interval 2 | jq '.channels[] | select(.state != "none")')";

struct Options {
  double interval = 1;
  bool once = false;
  bool json = false;
};

void look(MachineWatch& machine) {
  machine.look();
  for (int step = 0; machine.has_timestamps() && step < kSteps; ++step) {
    std::this_thread::sleep_for(kStep);
    machine.look_at_takes(Gap::step);
  }
}

Exit print_once(const Options& options) {
  MachineWatch machine;
  machine.find_windows();
  const auto until = Clock::now() + seconds(options.interval);
  while (!is_stopped() && Clock::now() < until) {
    look(machine);
    sleep_unless_stopped(kLook);
  }
  TopState state;
  const std::vector<ChannelRow> rows = sorted(machine.rows(), state);
  if (options.json) {
    fmt::print("{}", top_json(rows));
    return Exit::done;
  }
  ScreenSize size = screen_size();
  size.rows = std::max<std::size_t>(rows.size() + 5, 6);
  std::vector<std::string> lines = draw_top(state, rows, size, Colours(Palette::of(stdout)));
  lines.resize(lines.size() - 2);  // no keys without a keyboard
  for (const std::string& line : lines) fmt::print("{}\n", line);
  return Exit::done;
}

Exit show_live(const Options& options) {
  MachineWatch machine;
  TopState state;
  std::vector<ChannelRow> rows;
  const Colours colours(Palette::of(stdout));
  Terminal terminal;
  auto found = Clock::now() - kFind;
  auto measured = found;
  while (!is_stopped()) {
    const auto now = Clock::now();
    if (now - found >= kFind) {
      machine.find_windows();
      found = now;
    }
    look(machine);
    const bool is_due = now - measured >= seconds(options.interval) || rows.empty();
    if (is_due && !state.is_paused) {
      rows = machine.rows();
      measured = now;
    }
    rows = sorted(std::move(rows), state);
    const ScreenSize size = screen_size();
    terminal.show(draw_top(state, rows, size, colours));
    const KeyPress press = terminal.wait_for_key(kLook);
    if (!handle_key(state, press, rows, size.rows)) break;
  }
  return Exit::done;
}

}  // namespace

Action add_top(CLI::App& sluice) {
  const auto options = std::make_shared<Options>();
  Subcommand top(sluice, "top", "Shows all channels live: rates, latency, fill, age, who is slow");
  top.footer(kFooter);
  top.add_option("--interval", options->interval, "seconds from one reckoning to the next")
      .range(0.5, 3600.0)
      .capture_default_str()
      .option_text("SECONDS");
  top.add_flag("--once", options->once, "print one table, and end; so it does without a terminal");
  top.add_flag("--json", options->json, "print one JSON object, for scripts");
  return [options] {
    stop_at_signals();
    const bool is_live = is_terminal() && !options->once && !options->json;
    return is_live ? show_live(*options) : print_once(*options);
  };
}

}  // namespace sluice::tools
