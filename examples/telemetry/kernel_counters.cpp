// Reads /proc/stat, meminfo, net/dev and loadavg as proc(5) describes them; declared in kernel_counters.hpp.
#include "kernel_counters.hpp"

#include <cstdint>
#include <limits>
#include <string_view>

#include "words.hpp"

namespace telemetry {

namespace {

// user nice system idle iowait irq softirq steal; guest times follow and are in user already
demo::CpuTicks read_ticks(Words& words) noexcept {
  demo::CpuTicks ticks;
  ticks.user = words.number();
  ticks.user += words.number();
  ticks.system = words.number();
  ticks.idle = words.number();
  ticks.idle += words.number();
  ticks.system += words.number();
  ticks.system += words.number();
  ticks.stolen = words.number();
  return ticks;
}

void read_stat(std::string_view text, demo::Telemetry& message) noexcept {
  while (text.starts_with("cpu")) {
    Words words(take_line(text));
    const std::string_view name = words.word().substr(3);
    if (name.empty()) {
      message.total = read_ticks(words);
      continue;
    }
    const auto number = number_from<std::uint32_t>(name);
    if (!number) continue;
    demo::CoreTicks core;
    core.number = *number;
    core.ticks = read_ticks(words);
    if (!message.cores.try_push_back(core)) return;
  }
}

std::uint64_t* memory_field(demo::Memory& memory, std::string_view name) noexcept {
  if (name == "MemTotal:") return &memory.total;
  if (name == "MemAvailable:") return &memory.available;
  if (name == "SwapTotal:") return &memory.swap_total;
  if (name == "SwapFree:") return &memory.swap_free;
  return nullptr;
}

void read_meminfo(std::string_view text, demo::Memory& memory) noexcept {
  constexpr std::uint64_t kib = 1024;  // the file says kB and means this
  while (!text.empty()) {
    Words words(take_line(text));
    if (std::uint64_t* const field = memory_field(memory, words.word())) *field = words.number() * kib;
  }
}

void read_net_dev(std::string_view text, demo::Network& network) noexcept {
  constexpr int other_rx_columns = 6;  // errors, drops, fifo, frame, compressed, multicast
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::size_t colon = line.find(':');  // old kernels write the first number right behind it
    if (colon == std::string_view::npos) continue;
    if (Words(line.substr(0, colon)).word() == "lo") continue;
    Words words(line.substr(colon + 1));
    network.rx_bytes += words.number();
    network.rx_packets += words.number();
    words.skip(other_rx_columns);
    network.tx_bytes += words.number();
    network.tx_packets += words.number();
  }
}

std::uint32_t as_u32(std::uint64_t number) noexcept {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(number < most ? number : most);
}

// "1.63": the kernel writes two decimals. By hand, since from_chars reads no float in older libraries.
float read_hundredths(std::string_view text) noexcept {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || text.size() != point + 3) return 0;
  const auto whole = number_from<std::uint32_t>(text.substr(0, point));
  const auto hundredths = number_from<std::uint32_t>(text.substr(point + 1));
  if (!whole || !hundredths) return 0;
  return static_cast<float>(*whole) + static_cast<float>(*hundredths) / 100;
}

void read_loadavg(std::string_view text, demo::Load& load) noexcept {
  Words words(take_line(text));
  load.one = read_hundredths(words.word());
  load.five = read_hundredths(words.word());
  load.fifteen = read_hundredths(words.word());
  const std::string_view threads = words.word();  // running/existing
  const std::size_t slash = threads.find('/');
  if (slash == std::string_view::npos) return;
  load.running = as_u32(Words(threads.substr(0, slash)).number());
  load.threads = as_u32(Words(threads.substr(slash + 1)).number());
}

}  // namespace

void KernelCounters::sample(demo::Telemetry& message) noexcept {
  read_stat(stat_.read(), message);
  read_meminfo(meminfo_.read(), message.memory);
  read_net_dev(net_dev_.read(), message.network);
  read_loadavg(loadavg_.read(), message.load);
}

}  // namespace telemetry
