// What `sluice inspect` says about a window, for people and as JSON.
#pragma once

#include <optional>
#include <string>

#include "observed_window.hpp"
#include "palette.hpp"
#include "slot_places.hpp"
#include "window_reading.hpp"

namespace sluice::tools {

struct Inspection {
  ObservedWindow window;
  Reading reading;
  std::optional<LaneCopy> copy;        // none: the channel did not rest
  std::optional<Partition> partition;  // of the copy

  static Inspection of(ObservedWindow window);
  bool is_sound() const noexcept { return !window.was_cut() && (!partition || partition->faults.empty()); }
};

std::string as_text(const Inspection& seen, bool with_every_slot, const Palette& palette);
std::string as_json(const Inspection& seen, bool with_every_slot);

}  // namespace sluice::tools
