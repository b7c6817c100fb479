// `sluice plot NAME FIELD...`: numbers of a channel's messages over time, in the terminal.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "colours.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "followed_channel.hpp"
#include "message_time.hpp"
#include "plot_frame.hpp"
#include "stop_signal.hpp"
#include "terminal.hpp"
#include "tool_error.hpp"
#include "value_text.hpp"
#include "watching_options.hpp"

namespace sluice::tools {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr const char* kFooter =
    R"(FIELD is a path to a number: temp, accel[0], pose.where.x; accel[*], or accel alone, stands for each of its
elements (of up to 16). Values are scaled where the schema gives a scale. Time is the message's own, where a field of
role timestamp is on CLOCK_MONOTONIC, else the moment it was seen.

Keys
  space   pause          q, F10   quit
  + -     a shorter, a longer window

Exit code
  0  it was ended, or the one picture was printed
  1  no window came within --wait
  2  a wrong command line, no such window or field, or a field that is no number

Examples
  sluice plot demo.imu accel
  sluice plot demo.imu temp --window 60
  sluice plot demo.imu accel --once --window 5 > accel.txt)";

constexpr std::size_t kMostSeries = 16;
constexpr std::size_t kMostPoints = 100'000;  // of one series

struct Options {
  std::string name;
  std::vector<std::string> fields;
  double window = 10;
  bool once = false;
  bool json = false;
  WaitOption wait;
};

void check_number(const FieldPath& path) {
  const Field* const field = path.field;
  const bool is_number =
      field == nullptr || (field->form != Form::text && field->form != Form::choice && field->form != Form::choices &&
                           field->record == nullptr && !field->is_text);
  if (!is_number) {
    throw ToolError(fmt::format("sluice plot: '{}' is of type {}, which is no number", path.text, field->type));
  }
}

// "accel" and "accel[*]" of three elements -> accel[0], accel[1], accel[2].
std::vector<std::string> each_element(const std::string& text, const MessageSchema& schema) {
  const FieldPath path = parse_path("plot", text, schema);
  const bool is_list = path.field != nullptr && (path.field->form == Form::array || path.field->form == Form::sequence);
  const bool is_whole = is_list && (!path.is_element || text.ends_with("[*]"));
  check_number(path);
  if (!is_whole) {
    if (path.has_many) throw ToolError(fmt::format("sluice plot: '{}': give an index, as in [0]", text));
    return {text};
  }
  const std::string base = text.ends_with("[*]") ? text.substr(0, text.size() - 3) : text;
  if (path.field->bound > kMostSeries || path.field->bound == 0) {
    const bool is_bounded = path.field->bound != 0;  // a vector of a user's own table is not
    const std::string most = is_bounded ? fmt::format("up to {}", path.field->bound) : "any number of";
    throw ToolError(
        fmt::format("sluice plot: '{}' has {} elements\n  hint: choose some, as in '{}[0]'", base, most, base));
  }
  std::vector<std::string> paths;
  for (std::uint64_t at = 0; at < path.field->bound; ++at) paths.push_back(fmt::format("{}[{}]", base, at));
  return paths;
}

class Plot {
 public:
  explicit Plot(const Options& options) : options_(options), channel_(options.name, Begin::newest) { choose(); }

  /// Takes up what has been published since the last time.
  void collect() {
    if (channel_.moved_on()) choose();
    const double now = monotonic_now();
    channel_.for_each_new([&](std::uint64_t) {
      add(channel_.decoded(paths_), now);
      return !is_stopped();
    });
    for (Series& series : series_) forget_old(series.points, now - window_ - 1);
    count_rate(now);
  }

  PlotFrame frame(bool is_paused, bool has_keys) const {
    PlotFrame frame;
    frame.title = channel_.name();
    frame.now = is_paused ? paused_at_ : monotonic_now();
    frame.window = window_;
    frame.status = fmt::format("{:.4g} messages/s  {} missed", rate_, channel_.missed());
    if (!fault_.empty()) frame.status = "a message cannot be shown: " + fault_;
    if (has_keys) frame.status += is_paused ? "   PAUSED, space: go on" : "   space: pause  +-: window  q: quit";
    return frame;
  }

  const std::vector<Series>& series() const noexcept { return series_; }
  const std::string& fault() const noexcept { return fault_; }
  void pause() { paused_at_ = monotonic_now(); }
  void change_window(double factor) { window_ = std::clamp(window_ * factor, 0.1, 3600.0); }

  std::string json() const {
    std::string out =
        fmt::format("{{\"channel\":{},\"missed\":{},\"series\":[", json_string(channel_.name()), channel_.missed());
    const double now = monotonic_now();
    for (const Series& series : series_) {
      if (&series != &series_.front()) out += ',';
      out += fmt::format("{{\"field\":{},\"unit\":{},\"points\":[", json_string(series.name), json_string(series.unit));
      bool is_first = true;
      for (const PlotPoint& point : series.points) {
        if (point.time < now - window_ || !std::isfinite(point.value)) continue;
        out += fmt::format("{}[{:.9f},{}]", is_first ? "" : ",", point.time, point.value);
        is_first = false;
      }
      out += "]}";
    }
    return out + "]}\n";
  }

 private:
  void choose() {
    std::vector<Series> series;
    paths_.clear();
    scales_.clear();
    for (const std::string& field : options_.fields) {
      for (const std::string& text : each_element(field, channel_.schema())) {
        FieldPath path = parse_path("plot", text, channel_.schema());
        const Field* const last = path.field;
        series.push_back({text, last != nullptr ? last->unit : "", {}});
        paths_.push_back(std::move(path));
        scales_.push_back(last != nullptr ? scale_of(*last) : 1);
      }
    }
    if (series.size() > kMostSeries) {
      throw ToolError(fmt::format("sluice plot: {} numbers are more than {} lines", series.size(), kMostSeries));
    }
    for (std::size_t at = 0; at < std::min(series.size(), series_.size()); ++at) {
      series[at].points = std::move(series_[at].points);
    }
    series_ = std::move(series);
    stamp_ = field_of_role(channel_.schema().message(), "timestamp");
    if (stamp_ != nullptr && (stamp_->form != Form::single || stamp_->record != nullptr)) stamp_ = nullptr;
    if (stamp_ != nullptr) paths_.push_back({stamp_->name, {stamp_->name}, stamp_});
  }

  void add(const Decoded& decoded, double now) {
    fault_ = decoded.fault;
    if (!fault_.empty()) return;
    const double time = now - age_of(decoded, now);
    for (std::size_t at = 0; at < scales_.size(); ++at) {
      const auto* const number = decoded.chosen[at].as<Number>();
      if (number != nullptr) series_[at].points.push_back({time, as_double(*number) * scales_[at]});
    }
  }
  // 0 where the message does not say when it came about.
  double age_of(const Decoded& decoded, double now) const {
    const auto* const number = stamp_ != nullptr ? decoded.chosen.back().as<Number>() : nullptr;
    const auto stamp = number != nullptr ? stamp_of(*stamp_, *number) : std::nullopt;
    return stamp ? tools::age_of(*stamp, now).value_or(0) : 0;
  }

  static void forget_old(std::deque<PlotPoint>& points, double before) {
    while (points.size() > 1 && (points[1].time < before || points.size() > kMostPoints)) points.pop_front();
  }

  void count_rate(double now) {
    if (now - counted_at_ < 1) return;
    const std::uint64_t published = channel_.window().published();
    if (counted_at_ > 0) {
      rate_ = static_cast<double>(published - std::min(published, counted_)) / (now - counted_at_);
    }
    counted_ = published;
    counted_at_ = now;
  }

  const Options& options_;
  FollowedChannel channel_;
  const Field* stamp_ = nullptr;
  std::vector<FieldPath> paths_;  // of each series; behind them that of the stamp, if there is one
  std::vector<double> scales_;
  std::vector<Series> series_;
  std::string fault_;  // of the newest message
  double window_ = options_.window;
  double paused_at_ = 0;
  double rate_ = 0;
  double counted_at_ = 0;
  std::uint64_t counted_ = 0;
};

constexpr auto kLook = 10ms;
constexpr auto kDraw = 100ms;

// Looks for as long as the window is, then prints one picture.
Exit print_once(const Options& options) {
  Plot plot(options);
  const auto until = Clock::now() + seconds(options.window);
  while (!is_stopped() && Clock::now() < until) {
    plot.collect();
    sleep_unless_stopped(kLook);
  }
  plot.collect();
  if (!plot.fault().empty()) fmt::print(stderr, "sluice plot: a message cannot be shown: {}\n", plot.fault());
  if (options.json) {
    fmt::print("{}", plot.json());
    return Exit::done;
  }
  const Colours colours(Palette::of(stdout));
  for (const std::string& line : draw_plot(plot.frame(false, false), plot.series(), screen_size(), colours)) {
    fmt::print("{}\n", line);
  }
  return Exit::done;
}

Exit show_live(const Options& options) {
  Plot plot(options);
  const Colours colours(Palette::of(stdout));
  Terminal terminal;
  bool is_paused = false;
  auto drawn = Clock::now() - kDraw;
  while (!is_stopped()) {
    if (!is_paused) plot.collect();
    if (Clock::now() - drawn >= kDraw) {
      terminal.show(draw_plot(plot.frame(is_paused, true), plot.series(), screen_size(), colours));
      drawn = Clock::now();
    }
    const KeyPress press = terminal.wait_for_key(kLook);
    if (press.key == Key::f10 || press.character == 'q') break;
    if (press.character == '+') plot.change_window(0.5);
    if (press.character == '-') plot.change_window(2);
    if (press.character == ' ') {
      is_paused = !is_paused;
      plot.pause();
    }
    if (press.key != Key::none) drawn -= kDraw;
  }
  return Exit::done;
}

Exit run(const Options& options) {
  stop_at_signals();
  if (const auto end = options.wait.until_there("plot", options.name)) return *end;
  const bool is_live = is_terminal() && !options.once && !options.json;
  return is_live ? show_live(options) : print_once(options);
}

}  // namespace

Action add_plot(CLI::App& sluice) {
  const auto options = std::make_shared<Options>();
  Subcommand plot(sluice, "plot", "Draws numbers of a channel's messages over time");
  plot.footer(kFooter);
  plot.add_option("NAME", options->name, "the channel: demo.imu, or with its instance demo.imu/left")
      .required()
      .option_text(" ");
  plot.add_option("FIELD", options->fields, "paths of the numbers to draw").required().option_text(" ");
  plot.add_option("--window", options->window, "how much time is shown")
      .range(0.1, 3600.0)
      .capture_default_str()
      .option_text("SECONDS");
  plot.add_flag("--once", options->once, "look for so long, print one picture, and end; so it does without a terminal");
  plot.add_flag("--json", options->json, "the same, but print the points as JSON");
  options->wait.add_to(plot);
  return [options] { return run(*options); };
}

}  // namespace sluice::tools
