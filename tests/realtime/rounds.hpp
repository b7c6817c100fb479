// What the tests of the real-time contract run: every operation of the hot path, by the public API, with both ends of
// one window attached in this process.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <tests/hot_fifo.channel.hpp>
#include <tests/hot_latest.channel.hpp>
#include <tests/hot_lifo.channel.hpp>
#include <tests/large_slots.channel.hpp>
#include <tests/many_pages.channel.hpp>

#include "test_channel.hpp"

namespace tests {

template <class Channel>
struct Ends {
  sluice::Producer<Channel> producer;
  sluice::Consumer<Channel> consumer;
};

/// Both sides poll: what they do when they sleep is not the hot path.
template <class Channel>
Ends<Channel> both_ends(const TestChannel& channel, bool huge_pages = false) {
  auto producer = sluice::Producer<Channel>::create(
      {.instance = channel.instance(), .huge_pages = huge_pages, .wait = sluice::Wait::poll});
  auto consumer = sluice::Consumer<Channel>::open({.instance = channel.instance(), .wait = sluice::Wait::poll});
  return {std::move(producer), std::move(consumer)};
}

/// Writes all that the message may hold.
template <class Message>
void fill(Message& message, std::uint64_t number) noexcept {
  message.number = number;
  if constexpr (std::is_same_v<Message, ManyPages>) message.bytes.resize(message.bytes.capacity());
}

/// Publishes in each of the ways that there are, takes all there is, and finds nothing more. How many messages it took.
template <class Channel>
std::uint64_t one_round(Ends<Channel>& ends, std::uint64_t number) noexcept {
  if (auto loan = ends.producer.loan()) {
    fill(*loan, number);
    loan.publish();
  }
  if (auto loan = ends.producer.loan_uninitialized()) {
    fill(*loan, number + 1);
    loan.publish();
  }
  { auto dropped = ends.producer.loan(); }
  auto batch = ends.producer.loan_batch(2);
  for (auto& message : batch) fill(message, number + 2);
  batch.publish();
  std::uint64_t taken = 0;
  while (const auto sample = ends.consumer.take()) taken += sample->number >= number ? 1 : 0;
  return taken;
}

/// Rounds until about so many messages have passed; how many did.
template <class Channel>
std::uint64_t rounds(Ends<Channel>& ends, std::uint64_t messages) noexcept {
  std::uint64_t passed = 0;
  for (std::uint64_t number = 1; passed < messages; number += 4) passed += one_round(ends, number);
  return passed;
}

/// Calls `test.operator()<Channel>(name)` for each kind of channel.
template <class Test>
void for_each_channel(Test&& test) {
  test.template operator()<HotFifoChannel>("fifo");
  test.template operator()<HotLifoChannel>("lifo");
  test.template operator()<HotLatestChannel>("latest");
  test.template operator()<LargeSlotsChannel>("fifo, a large pool");
  test.template operator()<ManyPagesChannel>("fifo, slots of many pages");
}

}  // namespace tests
