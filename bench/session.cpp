#include "session.hpp"

#include <algorithm>
#include <vector>

namespace bench {

namespace {

constexpr int kChunks = 9;
constexpr std::uint64_t kTripsOfAChunk = 200;

void await(const std::atomic<std::uint64_t>& line, std::uint64_t value, const Control& control) {
  for (std::uint32_t looks = 0; line.load(std::memory_order_acquire) != value; ++looks) {
    if (looks % 4096 == 4095 && control.failed.load(std::memory_order_relaxed) != 0) {
      throw Refused("the other side failed during the probe");
    }
  }
}

}  // namespace

Link Session::link(std::size_t direction, const char* suffix) const {
  const Request& asked = request();
  return {std::string(asked.name.data()) + suffix, asked.folder.data(), arenas_ + direction * asked.arena_bytes,
          asked.arena_bytes};
}

void Session::meet() {
  auto& own = control_.arrived[static_cast<std::size_t>(side_)];
  const auto& other = control_.arrived[1 - static_cast<std::size_t>(side_)];
  const std::uint32_t round = own.load(std::memory_order_relaxed) + 1;
  own.store(round, std::memory_order_release);
  const Ticks deadline = now() + ticks(20);
  while (other.load(std::memory_order_acquire) < round) {
    if (control_.failed.load(std::memory_order_relaxed) != 0) throw Refused("the other side failed");
    if (now() > deadline) throw Refused("the other side did not come within 20 s");
    relax();
  }
}

double Session::probe() {
  meet();
  auto& line = control_.probe;
  std::uint64_t value = line.load(std::memory_order_relaxed);
  meet();  // both have read the value that the last probe left
  std::vector<Ticks> chunks;
  for (int chunk = 0; chunk < kChunks; ++chunk) {
    const Ticks from = now();
    for (std::uint64_t trip = 0; trip < kTripsOfAChunk; ++trip, value += 2) {
      if (side_ == Side::source) {
        line.store(value + 1, std::memory_order_release);
        await(line, value + 2, control_);
      } else {
        await(line, value + 1, control_);
        line.store(value + 2, std::memory_order_release);
      }
    }
    chunks.push_back(now() - from);
  }
  std::nth_element(chunks.begin(), chunks.begin() + kChunks / 2, chunks.end());
  return seconds(chunks[kChunks / 2]) * 1e9 / (2.0 * kTripsOfAChunk);
}

}  // namespace bench
