// One side of a run, as the cases see it: the request, both links, meetings with the other side, the outcome.
#pragma once

#include <sched.h>

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>

#include "control.hpp"
#include "ticks.hpp"

namespace bench {

/// Why a subject cannot do what was asked, as a sentence.
class Refused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One direction, from a sender to a receiver: what both must know to find each other.
struct Link {
  std::string name;    // lower case, digits and _; unique on this machine
  std::string folder;  // for files; removed by the driver
  std::byte* arena;    // zeroes, aligned to a page, shared by both sides
  std::size_t arena_bytes;

  std::string path() const { return folder + "/" + name; }
};

class Session {
 public:
  Session(Control& control, std::byte* arenas, Side side) : control_(control), arenas_(arenas), side_(side) {}

  const Request& request() const noexcept { return control_.request; }
  Control& control() noexcept { return control_; }
  Outcome& outcome() noexcept { return control_.outcomes[static_cast<std::size_t>(side_)]; }
  Side side() const noexcept { return side_; }

  /// From the source to the sink, and back.
  Link forward() const { return link(0, "f"); }
  Link backward() const { return link(1, "b"); }

  /// Returns on both sides at about the same time. Throws Refused when the other one has failed, or after 20 s.
  void meet();
  /// Half the round trip of a bare cache line between both cores, in ns. Both sides call it at the same time.
  double probe();

  Ticks ticks(double seconds) const noexcept { return static_cast<Ticks>(seconds * 1e9 / request().ns_per_tick); }
  double seconds(Ticks ticks) const noexcept { return static_cast<double>(ticks) * request().ns_per_tick * 1e-9; }

 private:
  Link link(std::size_t direction, const char* suffix) const;

  Control& control_;
  std::byte* arenas_;
  Side side_;
};

/// Tries something until it is so, and looks from time to time whether the other side has failed or 10 s have passed;
/// for setting up. Throws Refused with `what` in the sentence.
template <class Try>
void until(const char* what, Try&& attempt) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!attempt()) {
    if (std::chrono::steady_clock::now() > deadline) throw Refused(std::string("waited 10 s for ") + what);
    sched_yield();
  }
}

}  // namespace bench
