// `sluice ls`: all windows of this machine, who uses them, and how much passes.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "columns.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "escaped_text.hpp"
#include "palette.hpp"
#include "quantities.hpp"
#include "window_list.hpp"
#include "window_reading.hpp"

namespace sluice::tools {

namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::ordered_json;

constexpr const char* kFooter =
    R"(Columns
  NAME      channel, and behind a slash its instance: what other commands call it
  VERSION   of the schema in the window
  PRODUCER  its process id while it is alive; 'dead' and the id if it was killed;
            'left' if it has ended well; 'retired' if the window was given up
  CONSUMER  its process id while it is alive; 'gone'; 'none' if there never was one
  DEPTH     messages not yet read, of so many slots
  RATE      messages published in a second
  SIZE      of the window in memory

Exit code
  0  also where there is no window
  2  a wrong command line, or shared memory cannot be read

Examples
  sluice ls --watch
  sluice ls --json | jq -r '.windows[] | select(.producer.alive | not) | .name')";

constexpr std::chrono::milliseconds kShortLook{200};
constexpr std::chrono::seconds kRefresh{1};

struct Options {
  bool watch = false;
  bool json = false;
  bool names = false;
};

/// A moment, and what each window had published by then, by file.
struct Moment {
  Clock::time_point at;
  std::map<ino_t, std::uint64_t> published;
};

/// Messages in a second since an earlier moment; none for a window that nobody fills, or that is new.
std::optional<double> rate_of(const ObservedWindow& window, const Reading& reading, const Moment& before,
                              Clock::time_point now) {
  const auto then = before.published.find(window.file().inode.number);
  if (!reading.producer.is_alive || then == before.published.end()) return std::nullopt;
  const std::chrono::duration<double> passed = now - before.at;
  if (reading.counters.published < then->second || passed.count() <= 0) return std::nullopt;
  return static_cast<double>(reading.counters.published - then->second) / passed.count();
}

/// All windows at one moment, told in one of several ways.
class View {
 public:
  View(std::vector<Listed> list, const Moment& before) : list_(std::move(list)) {
    moment_.at = Clock::now();
    for (const Listed& entry : list_) {
      if (!entry.window) continue;
      Row row{&entry, Reading::of(*entry.window), {}};
      row.rate = rate_of(*entry.window, row.reading, before, Clock::now());
      moment_.published[entry.file.inode.number] = row.reading.counters.published;
      rows_.push_back(std::move(row));
    }
  }

  const Moment& moment() const noexcept { return moment_; }

  std::vector<std::string> lines(const Palette& palette) const {
    if (rows_.empty() && others().empty()) return {"no windows"};
    std::vector<std::string> lines;
    if (!rows_.empty()) lines = table().lines(palette);
    Columns other({{""}, {""}});
    for (const Listed* entry : others()) {
      other.add({{escaped(entry->name)}, {escaped(entry->obstacle.why), Colour::warning}});
    }
    if (!rows_.empty() && !other.is_empty()) lines.emplace_back();
    for (std::string& line : other.lines(palette)) lines.push_back(std::move(line));
    return lines;
  }

  ordered_json object() const {
    ordered_json windows = ordered_json::array();
    for (const Row& row : rows_) {
      ordered_json object = object_of(*row.entry->window, row.entry->name, row.reading);
      object["published_per_second"] = row.rate ? ordered_json(*row.rate) : ordered_json(nullptr);
      windows.push_back(std::move(object));
    }
    ordered_json not_read = ordered_json::array();
    for (const Listed* entry : others()) {
      not_read.push_back({{"name", entry->name}, {"file", entry->file.path}, {"why", entry->obstacle.why}});
    }
    return {{"windows", std::move(windows)}, {"others", std::move(not_read)}};
  }

 private:
  struct Row {
    const Listed* entry;
    Reading reading;
    std::optional<double> rate;
  };

  // Half-made windows will be whole in a moment, or are the doctor's business.
  std::vector<const Listed*> others() const {
    std::vector<const Listed*> found;
    for (const Listed& entry : list_) {
      if (!entry.window && !entry.file.is_half_made) found.push_back(&entry);
    }
    return found;
  }

  Columns table() const {
    Columns table({{"NAME"},
                   {"VERSION"},
                   {"PRODUCER"},
                   {"CONSUMER"},
                   {"DEPTH", Align::right},
                   {"RATE", Align::right},
                   {"SIZE", Align::right}});
    for (const Row& row : rows_) {
      const ObservedWindow& window = *row.entry->window;
      table.add({{row.entry->name},
                 {version_of(window.channel())},
                 producer_cell(row.reading),
                 consumer_cell(row.reading),
                 depth_cell(row.reading, window.geometry().capacity),
                 {row.rate ? per_second(*row.rate) : "-"},
                 {in_bytes(window.geometry().total_bytes)}});
    }
    return table;
  }

  std::vector<Listed> list_;
  std::vector<Row> rows_;
  Moment moment_;
};

// Nobody's name needs a look at rates, and the one of a completion shall be quick.
void print_names() {
  for (const Listed& entry : list_windows()) {
    if (entry.window) fmt::print("{}\n", entry.name);
  }
}

// A report of text that is not UTF-8 shall not stumble over it.
std::string dumped(const ordered_json& object, int indent) {
  return object.dump(indent, ' ', false, ordered_json::error_handler_t::replace);
}

// Rates need two looks; without a live producer there is no rate.
View look_twice() {
  View first(list_windows(), {});
  const ordered_json seen = first.object();
  bool is_any_alive = false;
  for (const auto& window : seen["windows"]) is_any_alive |= window["producer"].value("alive", false);
  if (!is_any_alive) return first;
  std::this_thread::sleep_for(kShortLook);
  return View(list_windows(), first.moment());
}

void print_once(const Options& options) {
  const View view = look_twice();
  if (options.json) return fmt::print("{}\n", dumped(view.object(), 2));
  for (const std::string& line : view.lines(Palette::of(stdout))) fmt::print("{}\n", line);
}

// In place: from the top of the screen, and no more lines than it has.
void draw(const std::vector<std::string>& lines) {
  const std::size_t rows = terminal_rows(stdout);
  std::string frame = "\x1b[H";
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (rows > 1 && at + 2 > rows) break;
    frame += (at + 2 == rows && at + 1 < lines.size() ? fmt::format("... {} more", lines.size() - at) : lines[at]) +
             "\x1b[K\n";
  }
  fmt::print("{}\x1b[J", frame);
}

[[noreturn]] void watch(const Options& options) {
  const bool in_place = is_terminal(stdout) && !options.json;
  if (in_place) fmt::print("\x1b[2J");
  View view = look_twice();
  while (true) {
    if (options.json) {
      fmt::print("{}\n", dumped(view.object(), -1));
    } else if (in_place) {
      draw(view.lines(Palette::of(stdout)));
    } else {
      fmt::print("{:%H:%M:%S}\n", fmt::localtime(std::time(nullptr)));
      for (const std::string& line : view.lines(Palette())) fmt::print("{}\n", line);
      fmt::print("\n");
    }
    std::fflush(stdout);
    std::this_thread::sleep_for(kRefresh);
    view = View(list_windows(), view.moment());
  }
}

}  // namespace

Action add_ls(CLI::App& sluice) {
  const auto options = std::make_shared<Options>();
  Subcommand ls(sluice, "ls", "Lists all windows: who uses them, and how much passes");
  ls.footer(kFooter);
  const CommandOption watched =
      ls.add_flag("--watch", options->watch, "look again each second, until interrupted").option_text(" ");
  const CommandOption as_json =
      ls.add_flag("--json", options->json, "print one JSON object, for scripts; with --watch one on each line")
          .option_text(" ");
  ls.add_flag("--names", options->names, "print names only, a line each")
      .excludes(watched)
      .excludes(as_json)
      .option_text(" ");
  return [options] {
    if (options->names) {
      print_names();
    } else if (options->watch) {
      watch(*options);
    } else {
      print_once(*options);
    }
    return Exit::done;
  };
}

}  // namespace sluice::tools
