// Works out rates, shares and percentiles; declared in last_second.hpp.
#include "last_second.hpp"

#include <algorithm>

#include "clock.hpp"

namespace telemetry {

namespace {

constexpr std::size_t kTenths = 10;

// Some counters step back at times (a core that went offline, an interface that was removed): that is no rate.
double growth(std::uint64_t from, std::uint64_t to) { return to > from ? static_cast<double>(to - from) : 0; }

CpuShare share_between(const demo::CpuTicks& from, const demo::CpuTicks& to) {
  const CpuShare ticks{growth(from.user, to.user), growth(from.system, to.system), growth(from.stolen, to.stolen)};
  const double all = ticks.busy() + growth(from.idle, to.idle);
  if (all <= 0) return {};
  return {ticks.user / all, ticks.system / all, ticks.stolen / all};
}

std::vector<CoreShare> shares_of_cores(const demo::Telemetry& from, const demo::Telemetry& to) {
  std::vector<CoreShare> shares;
  for (const demo::CoreTicks& core : to.cores) {
    const auto* const before = std::find_if(from.cores.begin(), from.cores.end(),
                                            [&](const demo::CoreTicks& other) { return other.number == core.number; });
    const bool known = before != from.cores.end();
    shares.push_back({core.number, known ? share_between(before->ticks, core.ticks) : CpuShare{}});
  }
  return shares;
}

}  // namespace

void LastSecond::add(const demo::Telemetry& message, std::uint64_t latency_ns, std::uint64_t taken_ns) {
  newest_ = message;
  if (tenths_.empty()) begin_tenth(taken_ns);
  Tenth& tenth = tenths_.back();
  ++tenth.messages;
  tenth.lateness.add(message.lateness_ns);
  tenth.latency.add(latency_ns);
}

void LastSecond::end_tenth(std::uint64_t now_ns) {
  if (tenths_.empty()) return;
  if (tenths_.size() == kTenths) tenths_.pop_front();
  begin_tenth(now_ns);
}

void LastSecond::begin_tenth(std::uint64_t now_ns) {
  tenths_.emplace_back();
  tenths_.back().counters = newest_;
  tenths_.back().begin_ns = now_ns;
}

Figures LastSecond::figures(std::uint64_t now_ns) const {
  Figures figures;
  if (tenths_.empty()) return figures;
  const demo::Telemetry& oldest = tenths_.front().counters;
  LatencyHistogram lateness;
  LatencyHistogram latency;
  std::uint64_t messages = 0;
  for (const Tenth& tenth : tenths_) {
    messages += tenth.messages;
    lateness.add(tenth.lateness);
    latency.add(tenth.latency);
  }
  const double taking_seconds = growth(tenths_.front().begin_ns, now_ns) / double{kNsPerSecond};
  const double sampling_seconds = growth(oldest.stamp_ns, newest_.stamp_ns) / double{kNsPerSecond};
  if (taking_seconds > 0) figures.messages_per_second = static_cast<double>(messages) / taking_seconds;
  if (sampling_seconds > 0) {
    figures.rx_bytes_per_second = growth(oldest.network.rx_bytes, newest_.network.rx_bytes) / sampling_seconds;
    figures.tx_bytes_per_second = growth(oldest.network.tx_bytes, newest_.network.tx_bytes) / sampling_seconds;
  }
  figures.cpu = share_between(oldest.total, newest_.total);
  figures.cores = shares_of_cores(oldest, newest_);
  figures.lateness = lateness.spread();
  figures.latency = latency.spread();
  figures.memory = newest_.memory;
  figures.load = newest_.load;
  return figures;
}

}  // namespace telemetry
