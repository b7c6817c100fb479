// Where each slot of a window is, and whether that can be [I1]: told from a private copy of words, links, marks and
// numbers, by the rules that a successor goes by (docs/recovery.md). What a dead process left half done is read as its
// successor would settle it; nothing is repaired.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sluice/detail/shared_words.hpp>

#include "geometry.hpp"
#include "observed_window.hpp"

namespace sluice::tools {

/// Where a slot can be.
enum class Home : std::uint8_t {
  producer,  // the producer's: loaned, or to be loaned
  unread,    // published, and not taken up yet
  consumer,  // taken up, and not finished
  finished,  // finished, and not given back yet
  free,      // given back, and not collected yet
};
inline constexpr Home kHomes[] = {Home::producer, Home::unread, Home::consumer, Home::finished, Home::free};
const char* in_words(Home home);

/// Management words, links, marks and the slots' numbers, copied.
class LaneCopy {
 public:
  LaneCopy(const detail::LaneView& live, const detail::Geometry& geometry);
  LaneCopy(LaneCopy&&) noexcept = default;
  LaneCopy& operator=(LaneCopy&&) noexcept = default;

  /// The copied words; of slots there are only their count and size: use numbers().
  const detail::LaneView& lane() const noexcept { return lane_; }
  const std::vector<std::uint64_t>& numbers() const noexcept { return numbers_; }
  friend bool operator==(const LaneCopy& one, const LaneCopy& other) noexcept {
    return one.words_ == other.words_ && one.numbers_ == other.numbers_;
  }

 private:
  std::vector<std::uint64_t> words_;
  std::vector<std::uint64_t> numbers_;
  detail::LaneView lane_{};
};

/// A copy during which nothing changed; none where the channel does not rest for that long.
std::optional<LaneCopy> copy_at_rest(const ObservedWindow& window);

struct SlotPlace {
  std::uint8_t homes = 0;    // bit 1 << Home for each; a sound slot has one
  std::uint64_t number = 0;  // of the message in it; 0 for none

  bool is_in(Home home) const noexcept { return (homes >> static_cast<unsigned>(home) & 1) != 0; }
  bool is_sound() const noexcept { return homes != 0 && (homes & (homes - 1)) == 0; }
};

struct Partition {
  std::vector<SlotPlace> slots;
  std::vector<std::string> faults;  // sentences; none: the window is sound

  std::uint64_t count(Home home) const noexcept;
};

Partition partition_of(const LaneCopy& copy);

}  // namespace sluice::tools
