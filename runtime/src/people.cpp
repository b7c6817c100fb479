#include "people.hpp"

#include <unistd.h>

namespace sluice::detail {

namespace {

// [Q1] relaxed throughout: for people, or for a leaver whom the set-up lock orders; drain() waits for a count
// that only grows.
template <class T>
T read(const std::atomic<T>& word) noexcept {
  return LiveMemory::load(word, std::memory_order_relaxed);
}
void write(HalfWord& word, std::uint32_t value) noexcept {
  // [Q1] as above.
  LiveMemory::store(word, value, std::memory_order_relaxed);
}

constexpr std::uint32_t packed(Version version) noexcept {
  return static_cast<std::uint32_t>(version.major) << 16 | version.minor;
}

template <class Words>
void sign_words(Words& words, Version version) noexcept {
  write(words.pid, static_cast<std::uint32_t>(getpid()));
  write(words.version, packed(version));
}

}  // namespace

void sign(const LaneView& lane, Role role, Version version) noexcept {
  if (role == Role::producer) return sign_words(*lane.producer.words, version);
  sign_words(*lane.consumer.words, version);
}

Peer signed_by(const LaneView& lane, Role role) noexcept {
  if (role == Role::producer) return peer_of(read(lane.producer.words->pid), read(lane.producer.words->version));
  return peer_of(read(lane.consumer.words->pid), read(lane.consumer.words->version));
}

void store_keep(const LaneView& lane, bool keep) noexcept { write(lane.producer.words->keep, keep ? 1 : 0); }

bool is_kept(const LaneView& lane) noexcept { return read(lane.producer.words->keep) != 0; }

Stats stats_of(const LaneView& lane) noexcept {
  Stats stats;
  stats.published = read(lane.producer.words->published);
  stats.taken = read(lane.consumer.words->taken);
  stats.rejected = read(lane.producer.words->rejected);
  stats.redelivered = read(lane.consumer.words->redelivered);
  const std::uint64_t delivered = read(lane.consumer.words->delivered);
  stats.depth = stats.published > delivered ? stats.published - delivered : 0;
  return stats;
}

bool is_drained(const LaneView& lane, std::uint64_t published) noexcept {
  return read(lane.consumer.words->claim) == published && read(lane.consumer.words->delivered) == published;
}

}  // namespace sluice::detail
