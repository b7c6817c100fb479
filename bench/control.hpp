// The block of memory that a driver shares with the two processes of one run: the request, the words by which both
// keep step, and what each has measured. Behind it lie the arenas, memory that a subject may lay its queues into.
// No measured message passes through it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "histogram.hpp"

namespace bench {

enum class Case : std::uint32_t { round_trip, round_trip_sleeping, stream, paced, paced_sleeping };
inline constexpr std::array kCaseNames{"round_trip", "round_trip_sleeping", "stream", "paced", "paced_sleeping"};
constexpr const char* to_string(Case which) noexcept { return kCaseNames[static_cast<std::size_t>(which)]; }
constexpr bool is_round_trip(Case which) noexcept { return which <= Case::round_trip_sleeping; }
constexpr bool is_paced(Case which) noexcept { return which >= Case::paced; }
constexpr bool sleeps(Case which) noexcept {
  return which == Case::round_trip_sleeping || which == Case::paced_sleeping;
}

/// The side that starts round trips and produces, or the one that answers and consumes.
enum class Side : std::uint32_t { source, sink };

struct Request {
  std::array<char, 64> subject;
  Case which;
  std::uint64_t bytes;
  std::uint64_t messages;  // ends after so many; 0: when `seconds` have passed
  double warm_up_seconds;  // run first, not measured
  double seconds;
  double rate_hz;  // of a paced load
  std::array<int, 2> cores;
  int priority;  // of SCHED_FIFO, for both sides; 0: as any other process
  double ns_per_tick;
  std::array<char, 32> name;     // a part of every name that a subject gives to anything outside of its arena
  std::array<char, 128> folder;  // for sockets and the like
  std::uint64_t arena_bytes;     // of each of both directions
};

/// What one side has measured. Written by it, read by the driver once it has ended.
struct Outcome {
  std::array<char, 512> failure;  // a sentence, or empty
  std::uint64_t sent;
  std::uint64_t received;
  std::uint64_t lost;  // round trips given up, or messages sent and never received
  double seconds;      // that `measured` messages took
  std::uint64_t measured;
  double probe_before_ns;
  double probe_after_ns;
  Histogram latency;  // in ticks
  Histogram typical;  // of round trips: the mean of each chunk, in 1/16 tick (see TripTimes)
};

struct Control {
  Request request;
  alignas(128) std::array<std::atomic<std::uint32_t>, 2> arrived;  // at the last meeting
  alignas(128) std::atomic<std::uint32_t> failed;                  // a side has ended before its time
  alignas(128) std::atomic<std::uint32_t> stop;                    // round trips are over
  alignas(128) std::atomic<std::uint64_t> sent;                    // the stream is over and had so many messages
  alignas(128) std::atomic<std::uint64_t> probe;                   // the line of the probe
  alignas(128) std::array<Outcome, 2> outcomes;
};

}  // namespace bench
