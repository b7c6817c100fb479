// The table that `sluice top` shows, and what its keys change: sorting, selection, help. No terminal, no clock.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "channel_watch.hpp"
#include "colours.hpp"
#include "terminal.hpp"

namespace sluice::tools {

enum class Column : std::uint8_t { name, rate, bytes, fill, latency, age, trouble };

struct TopState {
  Column sorted_by = Column::rate;
  bool is_inverted = false;
  bool is_choosing = false;  // F6: the arrows choose the column
  bool has_help = false;
  bool is_paused = false;
  std::string selected;  // by name: it stays selected wherever sorting puts it
  std::size_t first_shown = 0;
};

/// What a key does. False: quit.
bool handle_key(TopState& state, const KeyPress& press, const std::vector<ChannelRow>& rows, std::size_t page);

/// Sorted as the state says: numbers from the largest, names from a to z, unless inverted.
std::vector<ChannelRow> sorted(std::vector<ChannelRow> rows, const TopState& state);

/// Exactly size.rows lines, none wider than size.columns. `rows` are sorted. Scrolls so that the selection shows.
std::vector<std::string> draw_top(TopState& state, const std::vector<ChannelRow>& rows, const ScreenSize& size,
                                  const Colours& colours);

/// One JSON object, and a line's end.
std::string top_json(const std::vector<ChannelRow>& rows);

}  // namespace sluice::tools
