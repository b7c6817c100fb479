// The soak's command line.
#pragma once

#include <chrono>
#include <cstdint>

#include <sluice/channel_info.hpp>

namespace soak {

enum class Victims { any, both_at_once };

struct Options {
  std::uint64_t kills = 0;
  std::chrono::milliseconds between_kills{35};  // on average
  sluice::Order order = sluice::Order::fifo;
  std::uint64_t seed = 0;
  Victims victims = Victims::any;

  const char* order_name() const noexcept;
};

/// Exits with 0 after --help, with 2 and the usage where something is not understood.
Options options_from(int argc, char** argv);

}  // namespace soak
