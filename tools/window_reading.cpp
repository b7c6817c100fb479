#include "window_reading.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "descriptor_lookup.hpp"
#include "errors.hpp"

namespace sluice::tools {

using nlohmann::ordered_json;

namespace {

ordered_json object_of(const Participant& participant) {
  if (participant.pid == 0 && !participant.is_alive) return nullptr;
  return {{"pid", participant.pid}, {"alive", participant.is_alive}, {"version", detail::shown(participant.version)}};
}

}  // namespace

Reading Reading::of(const ObservedWindow& window) {
  Reading reading;
  reading.counters = window.counters();
  reading.producer = window.producer();
  reading.consumer = window.consumer();
  reading.state = window.state();
  reading.is_kept = window.is_kept();
  return reading;
}

Cell producer_cell(const Reading& reading) {
  if (reading.producer.is_alive) return {fmt::format("{}", reading.producer.pid), Colour::good};
  if (reading.state == detail::State::closed) return {"left", Colour::dim};
  if (reading.state == detail::State::retired) return {"retired", Colour::warning};
  return {fmt::format("dead {}", reading.producer.pid), Colour::bad};
}

Cell consumer_cell(const Reading& reading) {
  if (reading.consumer.is_alive) return {fmt::format("{}", reading.consumer.pid), Colour::good};
  return {reading.consumer.pid == 0 ? "none" : "gone", Colour::dim};
}

Cell depth_cell(const Reading& reading, std::uint64_t capacity) {
  const std::uint64_t depth = reading.counters.depth;
  if (depth > capacity) return {fmt::format("?/{}", capacity), Colour::bad};
  return {fmt::format("{}/{}", depth, capacity), depth == capacity ? Colour::warning : Colour::none};
}

const char* in_words(detail::State state) {
  switch (state) {
    case detail::State::open:
      return "open";
    case detail::State::closed:
      return "closed";
    case detail::State::retired:
      return "retired";
  }
  return "unknown";
}

const char* in_words(Order order) {
  switch (order) {
    case Order::fifo:
      return "fifo";
    case Order::lifo:
      return "lifo";
    case Order::latest:
      return "latest";
  }
  return "unknown";
}

std::string version_of(const descriptor::Channel& channel) {
  return detail::shown(Version{channel.major(), channel.minor()});
}

std::string octal(mode_t mode) { return fmt::format("{:04o}", mode & 07777); }

ordered_json object_of(const ObservedWindow& window, const std::string& name, const Reading& reading) {
  const Stats& counters = reading.counters;
  return {{"name", name},
          {"channel", detail::text(window.channel().name())},
          {"instance", window.instance().empty() ? ordered_json(nullptr) : ordered_json(window.instance())},
          {"version", version_of(window.channel())},
          {"order", in_words(window.order())},
          {"file", window.file().path},
          {"owner", user_name(window.file().owner)},
          {"mode", octal(window.file().mode)},
          {"bytes", window.geometry().total_bytes},
          {"state", in_words(reading.state)},
          {"kept", reading.is_kept},
          {"producer", object_of(reading.producer)},
          {"consumer", object_of(reading.consumer)},
          {"capacity", window.geometry().capacity},
          {"depth", counters.depth},
          {"published", counters.published},
          {"taken", counters.taken},
          {"rejected", counters.rejected},
          {"redelivered", counters.redelivered},
          {"dropped", counters.dropped},
          {"invalid", counters.invalid}};
}

}  // namespace sluice::tools
