// What messages of the channels of order lifo and latest hold: the same as relay's.
#pragma once

#include <cstdint>

#include <tests/newest_first.channel.hpp>
#include <tests/only_newest.channel.hpp>

#include "relay_messages.hpp"

namespace tests {

inline void fill(NewestFirst& message, std::uint64_t number) { fill_as_relay(message, number); }
inline bool is_filled(const NewestFirst& message, std::uint64_t number) { return is_filled_as_relay(message, number); }

inline void fill(OnlyNewest& message, std::uint64_t number) { fill_as_relay(message, number); }
inline bool is_filled(const OnlyNewest& message, std::uint64_t number) { return is_filled_as_relay(message, number); }

}  // namespace tests
