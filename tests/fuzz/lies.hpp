// Values that stand in for a shared word's own: near it, where checks decide, or anything at all.
#pragma once

#include <cstdint>

#include "input.hpp"

namespace sluice::fuzz {

template <class T>
T changed(T truth, Input& input) noexcept {
  constexpr int tag_shift = 20;  // of a stack word {tag:44, index:20}
  const auto by = static_cast<std::int8_t>(input.next<std::uint8_t>());
  switch (input.below(6)) {
    case 0:
      return input.next<T>();
    case 1:
      return static_cast<T>(truth ^ static_cast<T>(std::uint64_t{1} << (static_cast<unsigned>(by) % (8 * sizeof(T)))));
    case 2:
      return static_cast<T>(truth + static_cast<T>(by));
    case 3:
      return static_cast<T>(truth + static_cast<T>(static_cast<std::uint64_t>(by) << tag_shift));
    case 4:  // another slot, in a word with a tag or without
      return static_cast<T>((truth & static_cast<T>(~std::uint64_t{0xF'FFFF})) | static_cast<std::uint8_t>(by));
    default:
      return static_cast<T>(by);
  }
}

}  // namespace sluice::fuzz
