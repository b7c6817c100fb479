// Takes away the names of windows that are provably dead: `sluice doctor --fix`.
#pragma once

#include <cstdint>

#include "observed_window.hpp"
#include "window_file.hpp"

namespace sluice::tools {

enum class Removal : std::uint8_t {
  removed,
  in_use,     // somebody is attached, attaches, or has it open
  kept,       // its producer wants it kept
  changed,    // the name leads to another file by now, or nowhere
  forbidden,  // it belongs to somebody else
};

enum class KeptWindows : std::uint8_t { stay, go_too };

/// Removes a window that nobody uses: under the set-up lock, with both roles' locks in hand, while the name still leads
/// to it. Whoever attaches meanwhile waits, and then finds the name gone.
Removal remove_dead(const ObservedWindow& window, KeptWindows kept);

/// Removes a hidden file of a window in the making whose maker is dead: nobody in the whole machine has it open or
/// mapped, which a lease proves.
Removal remove_half_made(const WindowFile& file);

const char* in_words(Removal removal);

}  // namespace sluice::tools
