// Lays a report out as a table; declared in live_table.hpp.
#include "live_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iostream>
#include <utility>

#include "quantities.hpp"

namespace telemetry {

namespace {

constexpr std::size_t kWidest = 100;
constexpr std::size_t kLabel = 10;  // the column behind the labels

Line labelled(std::string_view label) {
  Line line;
  line.add(" ").add(label, Colour::cyan).to_column(kLabel);
  return line;
}

// "[|||||      38.2%]": the parts of the bar stand for user, system and stolen time.
void add_cpu_bar(Line& line, const CpuShare& share, std::size_t width) {
  const std::size_t inner = width > 10 ? width - 10 : 0;
  const std::size_t start = line.width();
  const auto bars_up_to = [&](double part) {
    return static_cast<std::size_t>(std::lround(std::clamp(part, 0.0, 1.0) * static_cast<double>(inner)));
  };
  const std::size_t user = bars_up_to(share.user);
  const std::size_t system = std::max(bars_up_to(share.user + share.system), user);
  const std::size_t stolen = std::max(bars_up_to(share.busy()), system);
  line.add("[", Colour::bold).add(std::string(user, '|'), Colour::green);
  line.add(std::string(system - user, '|'), Colour::red).add(std::string(stolen - system, '|'), Colour::yellow);
  line.add_right(as_percent(share.busy()), start + width - 1, Colour::bold).add("]", Colour::bold);
}

void add_memory_bar(Line& line, const demo::Memory& memory, std::size_t width) {
  const std::string text = as_gibibytes(memory.total - std::min(memory.available, memory.total)) + " of " +
                           as_gibibytes(memory.total) + " GiB";
  const std::size_t inner = width > text.size() + 3 ? width - text.size() - 3 : 0;
  const double used =
      memory.total == 0 ? 0 : 1 - static_cast<double>(memory.available) / static_cast<double>(memory.total);
  const auto bars = static_cast<std::size_t>(std::lround(std::clamp(used, 0.0, 1.0) * static_cast<double>(inner)));
  const std::size_t start = line.width();
  line.add("[", Colour::bold).add(std::string(bars, '|'), Colour::green);
  line.add_right(text, start + width - 1, Colour::bold).add("]", Colour::bold);
}

// As many cores side by side as fit, each with its number in front of its bar.
void add_cores(std::vector<Line>& table, const std::vector<CoreShare>& cores, std::size_t width, std::size_t rows) {
  constexpr std::size_t narrowest = 30;
  constexpr std::size_t number_width = 4;
  constexpr std::size_t indent = kLabel - number_width - 1;  // so that the first bars stand below the other bars
  const std::size_t room = width - std::min(width, indent);
  const std::size_t across = std::clamp<std::size_t>(room / narrowest, 1, std::max<std::size_t>(cores.size(), 1));
  const std::size_t cell = room / across;
  const std::size_t needed = (cores.size() + across - 1) / across;
  const std::size_t shown_rows = needed <= rows ? needed : rows - std::min<std::size_t>(rows, 1);
  const std::size_t shown = std::min(shown_rows * across, cores.size());
  for (std::size_t at = 0; at < shown; ++at) {
    if (at % across == 0) table.emplace_back();
    const std::size_t start = indent + at % across * cell;
    Line& line = table.back().add_right(std::to_string(cores[at].number), start + number_width, Colour::cyan).add(" ");
    add_cpu_bar(line, cores[at].share, cell - std::min(cell, number_width + 2));
  }
  if (shown < cores.size() && rows != 0) {
    table.push_back(Line().to_column(kLabel).add("and " + as_count(cores.size() - shown) + " more cores", Colour::dim));
  }
}

constexpr std::size_t kSpreadColumn = 11;
constexpr std::size_t kSpreadWidth = 3 * kSpreadColumn;

void add_spread_titles(Line& line, std::string_view first) {
  std::size_t end = std::max(line.width(), kLabel);
  for (const std::string_view title : {first, std::string_view("p99"), std::string_view("max")}) {
    line.add_right(title, end += kSpreadColumn, Colour::dim);
  }
}

void add_spread(Line& line, const Spread& spread) {
  std::size_t end = line.width();
  for (const std::uint64_t ns : {spread.p50, spread.p99, spread.max})
    line.add_right(as_duration(ns), end += kSpreadColumn);
}

// The last second and the whole time: side by side where there is room, else one below the other.
void add_spreads(std::vector<Line>& table, const Report& report, std::size_t width) {
  const Figures& now = report.last_second;
  Line titles;
  Line lateness = labelled("lateness");
  Line latency = labelled("latency");
  add_spread_titles(titles, "1 s: p50");
  add_spread(lateness, now.lateness);
  add_spread(latency, now.latency);
  if (width < kLabel + 2 * kSpreadWidth) {
    for (Line* const line : {&titles, &lateness, &latency}) table.push_back(std::exchange(*line, {}));
    lateness = labelled("lateness");
    latency = labelled("latency");
  }
  add_spread_titles(titles, "all: p50");
  add_spread(lateness, report.lateness);
  add_spread(latency, report.latency);
  for (Line* const line : {&titles, &lateness, &latency}) table.push_back(std::move(*line));
}

Line title(const Report& report, std::size_t width) {
  Line line;
  line.add(" telemetry", Colour::bold);
  line.add("  from producer pid " + std::to_string(report.producer.pid), Colour::dim);
  line.add_right(as_clock(report.seconds), width);
  return line;
}

Line counts(const Report& report) {
  Line line = labelled("messages");
  line.add(as_count(report.tally.published()) + " published  " + as_count(report.tally.taken()) + " taken  ");
  const bool lost = report.tally.lost() != 0;
  line.add(as_count(report.tally.lost()) + " lost", lost ? Colour::red : Colour::plain);
  line.add("  " + with_decimals(report.last_second.messages_per_second, 0) + "/s", Colour::bold);
  if (report.waiting > 1) line.add("  " + as_count(report.waiting) + " waiting", Colour::yellow);
  if (report.skipped != 0) line.add("  " + as_count(report.skipped) + " ticks skipped", Colour::yellow);
  return line;
}

Line network(const Figures& now) {
  Line line = labelled("network");
  line.add("in " + as_bytes(now.rx_bytes_per_second) + "/s").to_column(kLabel + 16);
  line.add("out " + as_bytes(now.tx_bytes_per_second) + "/s");
  return line;
}

Line load(const Figures& now) {
  Line line = labelled("load");
  line.add(with_decimals(now.load.one, 2) + "  " + with_decimals(now.load.five, 2) + "  " +
           with_decimals(now.load.fifteen, 2));
  line.to_column(kLabel + 22)
      .add(as_count(now.load.running) + " of " + as_count(now.load.threads) + " threads run", Colour::dim);
  return line;
}

}  // namespace

std::vector<Line> table_of(const Report& report, const ScreenSize& size) {
  const std::size_t width = std::min(size.columns, kWidest);
  const Figures& now = report.last_second;

  std::vector<Line> top;
  top.push_back(title(report, width));
  top.push_back(Line().add(" " + report.news, Colour::yellow));
  top.push_back(labelled("cpu"));
  add_cpu_bar(top.back(), now.cpu, width > kLabel + 1 ? width - kLabel - 1 : 0);

  std::vector<Line> bottom;
  bottom.push_back(labelled("memory"));
  add_memory_bar(bottom.back(), now.memory, width > kLabel + 1 ? width - kLabel - 1 : 0);
  bottom.push_back(network(now));
  bottom.push_back(load(now));
  bottom.emplace_back();
  add_spreads(bottom, report, width);
  bottom.emplace_back();
  bottom.push_back(counts(report));

  const std::size_t used = top.size() + bottom.size();
  add_cores(top, now.cores, width, size.rows > used ? size.rows - used : 0);
  for (Line& line : bottom) top.push_back(std::move(line));
  return top;
}

void LiveTable::show(const Report& report) {
  if (screen_) screen_->draw(table_of(report, Screen::size()));
}

// The last table stays, in the terminal's ordinary text.
void LiveTable::finish(const Report& report) {
  screen_.reset();
  const ScreenSize size = Screen::size();
  for (const Line& line : table_of(report, size)) std::cout << line.rendered(size.columns) << "\n";
  std::cout << std::flush;
}

}  // namespace telemetry
