// An object in the arena of a link: the sender makes it, the receiver waits until it is there.
#pragma once

#include <atomic>
#include <new>

#include "session.hpp"

namespace bench {

template <class Object>
struct Placed {
  alignas(128) std::atomic<std::uint32_t> made;
  alignas(128) Object object;
};

template <class Object>
Object& make_in(const Link& link) {
  auto& placed = *reinterpret_cast<Placed<Object>*>(link.arena);
  ::new (&placed.object) Object;
  placed.made.store(1, std::memory_order_release);
  return placed.object;
}

template <class Object>
Object& await_in(const Link& link) {
  auto& placed = *reinterpret_cast<Placed<Object>*>(link.arena);
  until("the sender to make its queue", [&] { return placed.made.load(std::memory_order_acquire) != 0; });
  return placed.object;
}

}  // namespace bench
