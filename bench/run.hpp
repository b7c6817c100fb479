// One run: two processes, one on each of two cores, and what they measured.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "control.hpp"

namespace bench {

/// What the command line asks for; the rest of a Request is filled in by run().
struct Plan {
  std::string subject;
  Case which = Case::round_trip;
  std::size_t bytes = 48;
  std::uint64_t messages = 0;
  double warm_up_seconds = 0.01;
  double seconds = 0.1;
  double rate_hz = 1000;
  int priority = 0;      // of SCHED_FIFO; 0: none
  int source_core = -1;  // -1: the first and the second that this process may use
  int sink_core = -1;
};

/// Runs it, and returns the measurements, or {"failure": sentence}. Blocks for warm-up, measurement and set-up, at
/// most 30 s beyond what was asked for. Throws std::runtime_error where the run cannot even be started.
nlohmann::json run(const Plan& plan);

}  // namespace bench
