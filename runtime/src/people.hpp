// What the window says to people: who is attached, how much has passed, and whether it is to be kept.
// Each role writes its own; nothing on the hot path rests on it.
#pragma once

#include <sluice/detail/shared_words.hpp>
#include <sluice/stats.hpp>

#include "role_lock.hpp"

namespace sluice::detail {

constexpr Peer peer_of(std::uint32_t pid, std::uint32_t packed_version) noexcept {
  return {pid, {static_cast<std::uint16_t>(packed_version >> 16), static_cast<std::uint16_t>(packed_version)}};
}

/// Writes down that this process has the role, with its schema's version.
void sign(const LaneView& lane, Role role, Version version) noexcept;
/// Who has, or had, the role.
Peer signed_by(const LaneView& lane, Role role) noexcept;

/// Whether the window outlives its last user: the producer's choice.
void store_keep(const LaneView& lane, bool keep) noexcept;
bool is_kept(const LaneView& lane) noexcept;

Stats stats_of(const LaneView& lane) noexcept;
/// Whether the consumer has taken up every message to `published`, and handed all of them out.
bool is_drained(const LaneView& lane, std::uint64_t published) noexcept;

}  // namespace sluice::detail
