// This machine's counters, from the kernel's text files in /proc straight into a message.
// sample() is called a thousand times a second: it opens nothing and allocates nothing.
#pragma once

#include <demo/telemetry.channel.hpp>

#include "proc_file.hpp"

namespace telemetry {

class KernelCounters {
 public:
  /// Fills the fields total, cores, memory, network and load of a message that holds defaults.
  /// What the kernel does not tell stays 0.
  void sample(demo::Telemetry& message) noexcept;

 private:
  ProcFile stat_{"/proc/stat"};
  ProcFile meminfo_{"/proc/meminfo"};
  ProcFile net_dev_{"/proc/net/dev"};
  ProcFile loadavg_{"/proc/loadavg"};
};

}  // namespace telemetry
