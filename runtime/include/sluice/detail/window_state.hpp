// What a window says of itself: whether a message may still come. It stands in the window's header, and is written by
// either role, under the set-up lock.
// Real time: constant.
#pragma once

#include <cstdint>

#include <sluice/detail/memory.hpp>

namespace sluice::detail {

enum class State : std::uint32_t { open = 1, closed = 2, retired = 3 };

template <class Memory>
State state_in(const HalfWord& word) noexcept {
  // [W2] acquire, pairs with [W3]: what a leaver pushed before it stored the state is there when looked for again.
  return static_cast<State>(Memory::load(word, std::memory_order_acquire));
}

}  // namespace sluice::detail
