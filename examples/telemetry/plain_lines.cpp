// Prints a report as one line; declared in plain_lines.hpp.
#include "plain_lines.hpp"

#include <iostream>

#include "quantities.hpp"

namespace telemetry {

namespace {

std::string line_of(const Report& report) {
  const Figures& now = report.last_second;
  return as_clock(report.seconds) + "  " + with_decimals(now.messages_per_second, 0) + " messages/s  cpu " +
         as_percent(now.cpu.busy()) + "  memory " + as_gibibytes(now.memory.total - now.memory.available) + " of " +
         as_gibibytes(now.memory.total) + " GiB  network in " + as_bytes(now.rx_bytes_per_second) + "/s out " +
         as_bytes(now.tx_bytes_per_second) + "/s  load " + with_decimals(now.load.one, 2) + "  lateness p50 " +
         as_duration(now.lateness.p50) + " p99 " + as_duration(now.lateness.p99) + "  latency p50 " +
         as_duration(now.latency.p50) + " p99 " + as_duration(now.latency.p99) + "  lost " +
         as_count(report.tally.lost());
}

}  // namespace

void PlainLines::show(const Report& report) {
  if (report.seconds == shown_seconds_) return;
  shown_seconds_ = report.seconds;
  std::cout << line_of(report) << std::endl;  // flushed: whoever reads the pipe wants it now
}

void PlainLines::announce(const std::string& news) { std::cout << "telemetry: " << news << std::endl; }

void PlainLines::finish(const Report&) {}

}  // namespace telemetry
