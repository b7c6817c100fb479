// What a window says of itself at one moment, and how that is told: what `ls`, `inspect` and `doctor` have in common.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include <sluice/detail/window_state.hpp>
#include <sluice/stats.hpp>

#include "columns.hpp"
#include "observed_window.hpp"

namespace sluice::tools {

struct Reading {
  detail::State state = detail::State::open;
  Participant producer;
  Participant consumer;
  Stats counters;
  bool is_kept = false;

  static Reading of(const ObservedWindow& window);
};

/// "4242", "dead 4242", "left", "retired".
Cell producer_cell(const Reading& reading);
/// "4243", "none", "gone". A consumer leaves no word of how it went.
Cell consumer_cell(const Reading& reading);
/// "3/64": messages of so many slots.
Cell depth_cell(const Reading& reading, std::uint64_t capacity);

/// "open", "closed", "retired"; "unknown" for a number that is none of them.
const char* in_words(detail::State state);
const char* in_words(Order order);
/// "1.2".
std::string version_of(const descriptor::Channel& channel);
/// "0600".
std::string octal(mode_t mode);

/// Name, file, schema, state, participants and counts: keys as docs/command.md lists them.
nlohmann::ordered_json object_of(const ObservedWindow& window, const std::string& name, const Reading& reading);

}  // namespace sluice::tools
