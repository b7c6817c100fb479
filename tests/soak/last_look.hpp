// What is left in the window of a soak when both processes have ended by themselves, and whether it still works.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include <sluice/channel.hpp>

#include <slot_homes.hpp>

#include "window.hpp"

namespace soak {

struct LastLook {
  std::uint64_t published = 0;
  std::uint64_t taken = 0;
  std::uint64_t leaked_slots = 0;  // in no place, or in more than one, or not to be loaned any more
};

/// How many slots are not in exactly one place.
inline std::uint64_t slots_astray(const sluice::ChannelInfo& info, const std::string& instance) {
  using namespace sluice::detail;
  auto opened = open_window({info.name, instance}, NameKind::own).value();
  if (!opened) return info.capacity;
  const auto mapping = Mapping::map(opened->file.get(), opened->header.geometry, info.order);
  if (!mapping) return info.capacity;
  const std::vector<int> homes = sluice::test::slot_homes(mapping->lane());
  return static_cast<std::uint64_t>(std::count_if(homes.begin(), homes.end(), [](int count) { return count != 1; }));
}

/// Removes the window: the producer that looks does not keep it.
template <class Channel>
LastLook look_at_window(const std::string& instance) {
  LastLook seen;
  seen.leaked_slots = slots_astray(Channel::info, instance);
  sluice::CreateOptions options;
  options.instance = instance;
  auto producer = sluice::Producer<Channel>::create(options);
  seen.published = producer.stats().published;
  seen.taken = producer.stats().taken;
  const std::uint64_t unread = Channel::info.order == sluice::Order::latest ? 0 : producer.stats().depth;
  const std::uint64_t loaned = producer.loan_batch(Channel::info.capacity).size();
  seen.leaked_slots = std::max(
      seen.leaked_slots, Channel::info.capacity - std::min(loaned + unread, std::uint64_t{Channel::info.capacity}));
  return seen;
}

}  // namespace soak
