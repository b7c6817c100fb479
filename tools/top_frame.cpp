#include "top_frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "plot_frame.hpp"
#include "quantities.hpp"
#include "value_text.hpp"

namespace sluice::tools {

namespace {

constexpr std::size_t kAround = 4;  // summary, empty line, headings, keys
constexpr std::size_t kBar = 8;

struct Heading {
  Column column;
  std::string_view text;
  std::size_t width;
  bool is_left;              // aligned
  std::size_t from_columns;  // shown on screens so wide
};

// In the order shown; the last takes what is left.
constexpr std::array<Heading, 7> kHeadings{{{Column::name, "CHANNEL", 22, true, 0},
                                            {Column::rate, "MSG/S", 6, false, 0},
                                            {Column::bytes, "B/S", 6, false, 100},
                                            {Column::fill, "UNREAD", 11 + kBar, true, 60},
                                            {Column::latency, "LATENCY", 13, false, 84},
                                            {Column::age, "AGE p50     p99     max", 23, true, 114},
                                            {Column::trouble, "STATE", 19, true, 0}}};
constexpr std::size_t kUsual = 114;  // columns; on a wider screen names get half of what is more

std::vector<Heading> headings_for(std::size_t columns) {
  std::vector<Heading> headings;
  for (const Heading& heading : kHeadings) {
    if (columns >= heading.from_columns) headings.push_back(heading);
  }
  if (columns > kUsual) headings.front().width += (columns - kUsual) / 2;
  return headings;
}

std::string fill_text(const ChannelRow& row) {
  constexpr std::array<std::string_view, 9> eighths{" ",      "\u258f", "\u258e", "\u258d", "\u258c",
                                                    "\u258b", "\u258a", "\u2589", "\u2588"};
  const auto parts = static_cast<std::size_t>(std::lround(row.fill() * kBar * 8));
  std::string bar;
  for (std::size_t cell = 0; cell < kBar; ++cell)
    bar += eighths[std::min<std::size_t>(parts - std::min(parts, cell * 8), 8)];
  return fmt::format(
      "\u2595{}\u258f{:>9}", bar,
      fmt::format("{}/{}", count_text(static_cast<double>(row.unread)), count_text(static_cast<double>(row.capacity))));
}

std::string ages_text(const ChannelRow& row) {
  if (!row.ages) return "-";
  return fmt::format("{:>7} {:>7} {:>7}", time_text(row.ages->p50), time_text(row.ages->p99), time_text(row.ages->max));
}

std::string state_text(const ChannelRow& row) {
  if (row.trouble == Trouble::damaged) return row.why.empty() ? "damaged" : row.why;
  std::string text{text_of(row.trouble)};
  if (row.trouble == Trouble::consumer_slow) text += fmt::format(", {}/s refused", count_text(row.rejected));
  if (row.trouble != Trouble::none && row.trouble != Trouble::idle) return text;
  return (text.empty() ? "" : text + "  ") + fmt::format("{} \u2192 {}", row.producer, row.consumer);
}

// Both ends of a name that is too long: the instance stands last.
std::string shortened(const std::string& name, std::size_t width) {
  if (width_of(name) <= width || width < 5) return name;
  const std::size_t last = (width - 1) / 2;
  const std::string tail = name.substr(name.size() - last);  // names of channels are ASCII
  return cut(name, width - 1 - width_of(tail)) + "\u2026" + tail;
}

std::string cell_text(const ChannelRow& row, const Heading& heading) {
  switch (heading.column) {
    case Column::name:
      return shortened(escaped(row.name), heading.width);
    case Column::rate:
      return count_text(row.rate);
    case Column::bytes:
      return count_text(row.bytes);
    case Column::fill:
      return row.capacity > 0 ? fill_text(row) : "";
    case Column::latency:
      return row.latency ? time_range_text(row.latency->median.at_least, row.latency->median.at_most) : "-";
    case Column::age:
      return ages_text(row);
    case Column::trouble:
      return escaped(state_text(row));
  }
  return "";
}

std::string padded(const std::string& text, const Heading& heading) {
  const std::string shown = cut(text, heading.width);
  const std::string space(heading.width - width_of(shown), ' ');
  return heading.is_left ? shown + space : space + shown;
}

std::string_view colour_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::none:
      return "";
    case Trouble::idle:
      return "2";
    case Trouble::consumer_slow:
    case Trouble::damaged:
      return "31";
    default:
      return "33";
  }
}

std::string row_line(const ChannelRow& row, bool is_selected, std::size_t columns, const Colours& colours) {
  std::string line;
  std::size_t used = 0;
  for (const Heading& heading : headings_for(columns)) {
    if (used >= columns) break;
    const bool is_last = heading.column == kHeadings.back().column;
    const std::string text = cell_text(row, heading);
    const std::string cell = cut(is_last ? text : padded(text, heading) + " ", columns - used);
    used += width_of(cell);
    const bool is_state = heading.column == Column::trouble && !is_selected;
    line += is_state && !colour_of(row.trouble).empty() ? colours(colour_of(row.trouble), cell) : cell;
  }
  return is_selected ? colours("7", line + std::string(columns - std::min(used, columns), ' ')) : line;
}

// A heading with the arrow of the sorted column.
std::string headings_line(const TopState& state, std::size_t columns, const Colours& colours) {
  std::string line;
  std::size_t used = 0;
  for (const Heading& heading : headings_for(columns)) {
    if (used >= columns) break;
    const bool is_sorted = heading.column == state.sorted_by;
    const bool is_name = heading.column == Column::name || heading.column == Column::trouble;
    const char* const arrow = is_name == state.is_inverted ? "\u25bc" : "\u25b2";
    std::string text = padded(std::string(heading.text) + (is_sorted ? arrow : ""), heading);
    text = cut(text + " ", columns - used);
    used += width_of(text);
    line += colours(is_sorted ? state.is_choosing ? "1;7;33" : "1;7" : "7", text);
  }
  return line + colours("7", std::string(columns - std::min(used, columns), ' '));
}

std::string summary(const std::vector<ChannelRow>& rows, const TopState& state) {
  double rate = 0;
  double bytes = 0;
  std::size_t troubled = 0;
  for (const ChannelRow& row : rows) {
    rate += row.rate;
    bytes += row.bytes;
    if (row.trouble > Trouble::idle) ++troubled;
  }
  return fmt::format("sluice top   {} channel{}   {} messages/s   {} bytes/s   {} in trouble{}", rows.size(),
                     rows.size() == 1 ? "" : "s", count_text(rate), count_text(bytes), troubled,
                     state.is_paused ? "   PAUSED" : "");
}

std::string keys_line(const TopState& state) {
  if (state.is_choosing) return "\u2190 \u2192 choose the column to sort by   Enter done";
  return "F1 help   F6 < > sort   I invert   \u2191 \u2193 select   space pause   F10 q quit";
}

std::vector<std::string> help_lines() {
  return {"sluice top: all channels of this machine, looked at from outside",
          "",
          "  MSG/S, B/S   messages published, and bytes of their slots, a second",
          "  UNREAD       messages that the consumer has not been handed, of the slots there are",
          "  LATENCY      from a message's timestamp until the consumer took it: between which two times the",
          "               median lies, over the last 5 seconds, told from looks at the consumer's counts;",
          "               where the schema has a field of role timestamp that is CLOCK_MONOTONIC",
          "  AGE          how old the newest message is, about 45 times a second, over the last 2 seconds; likewise",
          "  STATE        what is wrong; else the pids of producer and consumer",
          "",
          "  \u2191 \u2193 PgUp PgDn Home End   select a channel",
          "  F6, < >                  choose the column to sort by",
          "  I                        invert the order",
          "  space                    pause",
          "  h, F1, ?                 this page",
          "  q, F10                   quit",
          "",
          "Any key goes back."};
}

std::vector<std::string> full_screen(std::vector<std::string> lines, const ScreenSize& size) {
  for (std::string& line : lines) line = cut(line, size.columns);
  lines.resize(size.rows);
  return lines;
}

std::size_t place_of(const std::string& name, const std::vector<ChannelRow>& rows) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const ChannelRow& row) { return row.name == name; });
  return found != rows.end() ? static_cast<std::size_t>(found - rows.begin()) : 0;
}

void select_by(TopState& state, const std::vector<ChannelRow>& rows, std::int64_t distance) {
  if (rows.empty()) return;
  const auto last = static_cast<std::int64_t>(rows.size()) - 1;
  const auto at = static_cast<std::int64_t>(place_of(state.selected, rows));
  state.selected = rows[static_cast<std::size_t>(std::clamp<std::int64_t>(at + distance, 0, last))].name;
}

void choose_column(TopState& state, int step) {
  constexpr auto count = static_cast<int>(kHeadings.size());
  const int at = static_cast<int>(state.sorted_by);
  state.sorted_by = static_cast<Column>((at + step + count) % count);
}

void handle_arrow(TopState& state, Key key, const std::vector<ChannelRow>& rows, std::size_t page) {
  const auto all = static_cast<std::int64_t>(rows.size());
  switch (key) {
    case Key::up:
      return select_by(state, rows, -1);
    case Key::down:
      return select_by(state, rows, 1);
    case Key::page_up:
      return select_by(state, rows, -static_cast<std::int64_t>(page));
    case Key::page_down:
      return select_by(state, rows, static_cast<std::int64_t>(page));
    case Key::home:
      return select_by(state, rows, -all);
    case Key::end:
      return select_by(state, rows, all);
    case Key::left:
      if (state.is_choosing) choose_column(state, -1);
      return;
    case Key::right:
      if (state.is_choosing) choose_column(state, 1);
      return;
    default:
      return;
  }
}

// What sorts first is larger.
double number_of(const ChannelRow& row, Column column) {
  switch (column) {
    case Column::rate:
      return row.rate;
    case Column::bytes:
      return row.bytes;
    case Column::fill:
      return row.fill();
    case Column::latency:
      return row.latency ? row.latency->median.at_most : -1;
    case Column::age:
      return row.ages ? row.ages->max : -1;
    case Column::trouble:
      return static_cast<double>(row.trouble);
    case Column::name:
      break;
  }
  return 0;
}

std::string json_ages(const ChannelRow& row) {
  if (!row.ages) return "null";
  return fmt::format("{{\"p50_s\":{:.9f},\"p99_s\":{:.9f},\"max_s\":{:.9f}}}", row.ages->p50, row.ages->p99,
                     row.ages->max);
}

std::string json_latency(const ChannelRow& row) {
  if (!row.latency) return "null";
  return fmt::format("{{\"p50_at_least_s\":{:.9f},\"p50_at_most_s\":{:.9f},\"samples\":{}}}",
                     row.latency->median.at_least, row.latency->median.at_most, row.latency->samples);
}

std::string json_row(const ChannelRow& row) {
  const auto pid = [](std::uint32_t id) { return id != 0 ? std::to_string(id) : std::string("null"); };
  return fmt::format(
      "{{\"name\":{},\"state\":\"{}\",\"messages_per_s\":{:.3f},\"bytes_per_s\":{:.0f},\"refused_per_s\":{:.3f},"
      "\"unread\":{},\"capacity\":{},\"published\":{},\"latency\":{},\"age\":{},\"producer\":{},\"consumer\":{}}}",
      json_string(row.name), code_of(row.trouble), row.rate, row.bytes, row.rejected, row.unread, row.capacity,
      row.published, json_latency(row), json_ages(row), pid(row.producer), pid(row.consumer));
}

}  // namespace

bool handle_key(TopState& state, const KeyPress& press, const std::vector<ChannelRow>& rows, std::size_t page) {
  if (press.key == Key::none) return true;
  if (press.key == Key::f10 || press.character == 'q') return false;
  if (state.has_help) {
    state.has_help = false;
    return true;
  }
  switch (press.character) {
    case ' ':
      state.is_paused = !state.is_paused;
      return true;
    case 'I':
      state.is_inverted = !state.is_inverted;
      return true;
    case 'h':
    case '?':
      state.has_help = true;
      return true;
    case '<':
      choose_column(state, -1);
      return true;
    case '>':
      choose_column(state, 1);
      return true;
    default:
      break;
  }
  if (press.key == Key::f1) state.has_help = true;
  if (press.key == Key::f6) state.is_choosing = !state.is_choosing;
  if (press.key == Key::enter || press.key == Key::escape) state.is_choosing = false;
  handle_arrow(state, press.key, rows, page);
  return true;
}

std::vector<ChannelRow> sorted(std::vector<ChannelRow> rows, const TopState& state) {
  std::sort(rows.begin(), rows.end(), [&](const ChannelRow& a, const ChannelRow& b) {
    const ChannelRow& first = state.is_inverted ? b : a;
    const ChannelRow& second = state.is_inverted ? a : b;
    const double one = number_of(first, state.sorted_by);
    const double other = number_of(second, state.sorted_by);
    return one != other ? one > other : first.name < second.name;
  });
  return rows;
}

std::vector<std::string> draw_top(TopState& state, const std::vector<ChannelRow>& rows, const ScreenSize& size,
                                  const Colours& colours) {
  if (state.has_help) return full_screen(help_lines(), size);
  if (size.rows <= kAround || size.columns < 20) return full_screen({"the screen is too small"}, size);
  const std::size_t room = size.rows - kAround;
  const std::size_t selected = place_of(state.selected, rows);
  if (selected < state.first_shown) state.first_shown = selected;
  if (selected >= state.first_shown + room) state.first_shown = selected - room + 1;
  state.first_shown = std::min(state.first_shown, rows.size() > room ? rows.size() - room : 0);

  std::vector<std::string> lines{colours("1", cut(summary(rows, state), size.columns)), "",
                                 headings_line(state, size.columns, colours)};
  for (std::size_t at = state.first_shown; at < std::min(rows.size(), state.first_shown + room); ++at) {
    lines.push_back(row_line(rows[at], at == selected, size.columns, colours));
  }
  if (rows.empty()) lines.push_back(cut("no channel is there: a producer makes one", size.columns));
  lines.resize(size.rows - 1);
  lines.push_back(colours("2", cut(keys_line(state), size.columns)));
  return lines;
}

std::string top_json(const std::vector<ChannelRow>& rows) {
  std::string out = "{\"channels\":[";
  for (const ChannelRow& row : rows) out += (&row != &rows.front() ? "," : "") + json_row(row);
  return out + "]}\n";
}

}  // namespace sluice::tools
