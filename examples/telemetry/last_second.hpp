// Keeps what happened during the last second, in tenths, and works the shown figures out of it: rates and shares
// from the counters at both ends, percentiles from all times between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include <demo/telemetry.channel.hpp>

#include "latency_histogram.hpp"

namespace telemetry {

/// Parts of 1.
struct CpuShare {
  double user = 0;
  double system = 0;
  double stolen = 0;
  double busy() const noexcept { return user + system + stolen; }
};

struct CoreShare {
  std::uint32_t number = 0;
  CpuShare share;
};

struct Figures {
  double messages_per_second = 0;
  double rx_bytes_per_second = 0;
  double tx_bytes_per_second = 0;
  CpuShare cpu;
  std::vector<CoreShare> cores;
  Spread lateness;
  Spread latency;
  demo::Memory memory;
  demo::Load load;
};

class LastSecond {
 public:
  void add(const demo::Telemetry& message, std::uint64_t latency_ns, std::uint64_t taken_ns);
  /// To be called ten times a second: what is older than a second is forgotten.
  void end_tenth(std::uint64_t now_ns);
  Figures figures(std::uint64_t now_ns) const;

 private:
  struct Tenth {
    demo::Telemetry counters;  // where it began
    std::uint64_t begin_ns = 0;
    std::uint64_t messages = 0;
    LatencyHistogram lateness;
    LatencyHistogram latency;
  };

  void begin_tenth(std::uint64_t now_ns);

  std::deque<Tenth> tenths_;
  demo::Telemetry newest_;
};

}  // namespace telemetry
