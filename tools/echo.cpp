// `sluice echo NAME [FIELD...]`: messages as they are published, by the schema in the window alone.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "colours.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "followed_channel.hpp"
#include "stop_signal.hpp"
#include "tool_error.hpp"
#include "value_text.hpp"
#include "watching_options.hpp"

namespace sluice::tools {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr const char* kFooter =
    R"(It looks at slots from outside and disturbs nobody. It sees a message as long as its slot is not used again, and
says at the end how many it has missed. It begins with the newest message.

FIELD is a path: accel, accel[0], peaks[2].power, peaks[*].freq. Without one: all fields.

Exit code
  0  --count messages were shown, or it was interrupted (Ctrl-C)
  1  no message came within --timeout, or no window within --wait
  2  a wrong command line, no such window or field

Examples
  sluice echo demo.imu
  sluice echo demo.imu accel 'peaks[*].freq' --rate 10
  sluice echo demo.imu --json --count 1 | jq .message.accel)";

struct Options {
  std::string name;
  std::vector<std::string> fields;
  std::string format = "text";
  bool json = false;
  bool oldest = false;
  bool whole_arrays = false;
  std::optional<double> rate;
  std::optional<std::uint64_t> count;
  std::optional<double> timeout;
  WaitOption wait;
};

// What one message looks like in each format.
class Printer {
 public:
  Printer(const Options& options, const MessageSchema& schema)
      : options_(options), schema_(schema), colours_(Palette::of(stdout)) {
    for (const std::string& field : options.fields) paths_.push_back(parse_path("echo", field, schema));
    if (options.whole_arrays) limits_.elements = static_cast<std::size_t>(-1);
  }

  const std::vector<FieldPath>& paths() const noexcept { return paths_; }

  std::string header() const {
    if (options_.format != "csv") return "";
    std::vector<std::string> cells{"sequence"};
    const std::vector<std::string> columns = paths_.empty() ? csv_columns(schema_) : options_.fields;
    cells.insert(cells.end(), columns.begin(), columns.end());
    return csv_line(cells);
  }

  std::string message(std::uint64_t number, const Decoded& decoded) const {
    if (options_.format == "json") return json(number, decoded);
    if (options_.format == "csv") return csv(number, decoded);
    return options_.format == "line" ? line(number, decoded) : text(number, decoded);
  }

 private:
  std::string json(std::uint64_t number, const Decoded& decoded) const {
    std::string out = fmt::format("{{\"sequence\":{},", number);
    if (!decoded.fault.empty()) return out + "\"fault\":" + json_string(decoded.fault) + "}\n";
    out += "\"message\":";
    if (paths_.empty()) {
      append_json(out, {decoded.message});
      return out + "}\n";
    }
    out += '{';
    for (std::size_t at = 0; at < paths_.size(); ++at) {
      if (at > 0) out += ',';
      out += json_string(paths_[at].text) + ':';
      append_json(out, decoded.chosen[at]);
    }
    return out + "}}\n";
  }

  std::string csv(std::uint64_t number, const Decoded& decoded) const {
    std::vector<std::string> cells{std::to_string(number)};
    const std::vector<std::string> values = paths_.empty() ? csv_cells(decoded.message, schema_) : selected(decoded);
    cells.insert(cells.end(), values.begin(), values.end());
    return csv_line(cells);
  }
  std::vector<std::string> selected(const Decoded& decoded) const {
    std::vector<std::string> cells;
    for (const Value& value : decoded.chosen) cells.push_back(csv_cell(value));
    cells.resize(paths_.size());  // without a value where the message cannot be shown
    return cells;
  }

  std::string line(std::uint64_t number, const Decoded& decoded) const {
    std::string out = colours_("2", fmt::format("{}", number));
    if (!decoded.fault.empty()) return out + unreadable(decoded) + "\n";
    if (paths_.empty()) {
      for (const Member& member : decoded.message.members) {
        out += "  " + colours_("36", member.field->name) + " " + flow_text(member.value, member.field, limits_);
      }
    }
    for (std::size_t at = 0; at < paths_.size(); ++at) out += "  " + named(at, decoded, " ");
    return out + "\n";
  }

  std::string text(std::uint64_t number, const Decoded& decoded) const {
    std::string out = colours_("2", fmt::format("# {}", number)) + "\n";
    if (!decoded.fault.empty()) return out + unreadable(decoded) + "\n\n";
    if (paths_.empty()) out += block_text(decoded.message, limits_);
    for (std::size_t at = 0; at < paths_.size(); ++at) out += named(at, decoded, ": ") + "\n";
    return out + "\n";
  }

  std::string named(std::size_t at, const Decoded& decoded, const char* between) const {
    return colours_("36", paths_[at].text) + between + flow_text(decoded.chosen[at], paths_[at].field, limits_);
  }
  std::string unreadable(const Decoded& decoded) const {
    const char* const what = schema_.is_table() ? "its table cannot be read" : "it cannot be shown";
    return fmt::format("  {}: {}", what, decoded.fault);
  }

  const Options& options_;
  const MessageSchema& schema_;
  Colours colours_;
  std::vector<FieldPath> paths_;
  TextLimits limits_;
};

class Echo {
 public:
  explicit Echo(const Options& options)
      : options_(options), channel_(options.name, options.oldest ? Begin::oldest : Begin::newest) {
    renew_printer();
  }

  Exit run() {
    auto last_message = Clock::now();
    auto sleep = kShortest;
    while (!is_stopped() && !is_done()) {
      if (channel_.moved_on()) {
        fmt::print(stderr, "sluice echo: another window has taken the name; going on with that\n");
        renew_printer();
      }
      const bool found_some = options_.rate ? show_newest() : show_all_new();
      std::fflush(stdout);
      if (std::ferror(stdout) != 0) break;
      if (found_some) last_message = Clock::now();
      if (options_.timeout && Clock::now() - last_message > seconds(*options_.timeout)) return summed_up(Exit::refused);
      sleep = found_some ? kShortest : std::min(sleep * 2, kLongest);
      if (!is_done()) sleep_unless_stopped(options_.rate ? until_next() : sleep);
    }
    return summed_up(Exit::done);
  }

 private:
  static constexpr std::chrono::nanoseconds kShortest = 1ms;
  static constexpr std::chrono::nanoseconds kLongest = 10ms;

  bool is_done() const { return options_.count && shown_ >= *options_.count; }

  void renew_printer() {
    printer_ = std::make_unique<Printer>(options_, channel_.schema());
    put(printer_->header());
  }

  bool show_all_new() {
    bool found_some = false;
    channel_.for_each_new([&](std::uint64_t number) {
      show(number);
      found_some = true;
      return !is_stopped() && !is_done();
    });
    return found_some;
  }

  bool show_newest() {
    const auto number = channel_.messages().newest();
    if (number) show(*number);
    return number.has_value();
  }

  void show(std::uint64_t number) {
    const Decoded decoded = channel_.decoded(printer_->paths());
    put(printer_->message(number, decoded));
    if (options_.format == "csv") say_once(decoded.fault);
    ++shown_;
  }
  // A line of CSV has no place for it.
  void say_once(const std::string& fault) {
    if (!fault.empty() && !has_said_fault_) fmt::print(stderr, "sluice echo: a message is left empty: {}\n", fault);
    has_said_fault_ = has_said_fault_ || !fault.empty();
  }
  static void put(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

  // From the time that was due, not from now: the rate holds on average.
  std::chrono::nanoseconds until_next() {
    const auto now = Clock::now();
    due_ = std::max(due_ + seconds(1 / *options_.rate), now);
    return due_ - now;
  }

  Exit summed_up(Exit exit) const {
    std::string text = fmt::format("sluice echo: {} shown, {} missed", shown_, channel_.missed());
    if (options_.rate) text = fmt::format("sluice echo: {} shown, {} passed over", shown_, channel_.passed_over());
    if (exit == Exit::refused) text += fmt::format("; none came within {} s", *options_.timeout);
    fmt::print(stderr, "{}\n", text);
    return exit;
  }

  const Options& options_;
  FollowedChannel channel_;
  std::unique_ptr<Printer> printer_;
  std::uint64_t shown_ = 0;
  bool has_said_fault_ = false;
  Clock::time_point due_ = Clock::now();
};

Exit run(const Options& options) {
  stop_at_signals();
  if (const auto end = options.wait.until_there("echo", options.name)) return *end;
  return Echo(options).run();
}

}  // namespace

Action add_echo(CLI::App& sluice) {
  const auto options = std::make_shared<Options>();
  Subcommand echo(sluice, "echo", "Prints a channel's messages as they are published");
  echo.footer(kFooter);
  echo.add_option("NAME", options->name, "the channel: demo.imu, or with its instance demo.imu/left")
      .required()
      .option_text(" ");
  echo.add_option("FIELD", options->fields, "paths of the fields to show").option_text(" ");
  echo.add_option("--format", options->format, "text (a block each), line, json (a line each) or csv")
      .one_of({"text", "line", "json", "csv"})
      .option_text("FORMAT");
  echo.add_flag("--json", options->json, "the same as --format json");
  echo.add_option("--rate", options->rate, "at most so many messages a second: the newest each time")
      .range(0.001, 1000.0)
      .option_text("HZ");
  echo.add_option("--count", options->count, "end after so many messages").positive().option_text("N");
  echo.add_option("--timeout", options->timeout, "end when no message has come for so long")
      .positive()
      .option_text("SECONDS");
  echo.add_flag("--oldest", options->oldest, "begin with the oldest message that is still in a slot");
  echo.add_flag("--whole-arrays", options->whole_arrays, "in text, show every element of a long array");
  options->wait.add_to(echo);
  return [options] {
    if (options->json) options->format = "json";
    return run(*options);
  };
}

}  // namespace sluice::tools
