#include "people.hpp"

#include <unistd.h>

#include <sluice/detail/shared_claim.hpp>

namespace sluice::detail {

namespace {

// [Q1] relaxed throughout: for people, or for a leaver whom the set-up lock orders; drain() waits for counts that only
// grow, and for [Q2].
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

std::uint64_t claim_of(const LaneView& lane) noexcept {
  if (lane.order == Order::latest) return ClaimWord{read(lane.consumer.words->shared_claim)}.number();
  return read(lane.consumer.words->claim);
}

// What was handed out last says it, but for lifo, which hands out older messages after newer ones.
std::uint64_t depth_of(const LaneView& lane, std::uint64_t published) noexcept {
  const bool is_lifo = lane.order == Order::lifo;
  const std::uint64_t passed = is_lifo ? claim_of(lane) : read(lane.consumer.words->delivered);
  const std::uint64_t behind = published > passed ? published - passed : 0;
  if (lane.order == Order::latest) return behind > 0 ? 1 : 0;
  return is_lifo ? behind + read(lane.consumer.words->in_hand) : behind;
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
  const ConsumerWords& consumer = *lane.consumer.words;
  Stats stats;
  stats.published = read(lane.producer.words->published);
  stats.taken = read(consumer.taken);
  stats.rejected = read(lane.producer.words->rejected);
  stats.redelivered = read(consumer.redelivered);
  stats.dropped = read(lane.producer.words->dropped) + read(consumer.skipped);
  stats.invalid = read(consumer.invalid);
  stats.depth = depth_of(lane, stats.published);
  return stats;
}

bool is_drained(const LaneView& lane, std::uint64_t published) noexcept {
  const ConsumerWords& consumer = *lane.consumer.words;
  if (claim_of(lane) != published || read(consumer.delivered) != published) return false;
  if (lane.order != Order::lifo) return true;
  acquire_fence();
  // [Q2] relaxed, behind an acquire fence, pairs with [J17]: as it was when the newest was delivered, or later.
  return LiveMemory::load(consumer.in_hand, std::memory_order_relaxed) == 0;
}

}  // namespace sluice::detail
