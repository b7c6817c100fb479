// Tags are modulo 2^44, numbers have 64 bits, and 62 in a shared claim: what happens at and near their ends.
#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "heap_lane.hpp"

using namespace sluice::detail;
using sluice::Order;

namespace {

constexpr std::uint64_t kTags = std::uint64_t{1} << 44;

// A lane whose users have published, taken and given back that many, and hold nothing.
void make_old(const HeapLane& lane, std::uint64_t messages, std::uint64_t give_backs) {
  lane.producer_words().head = StackWord::of(tag_of(messages), kNil).bits;
  lane.producer_words().published = messages;
  lane.producer_words().collected = give_backs;
  lane.consumer_words().free = StackWord::of(tag_of(give_backs), kNil).bits;
  lane.consumer_words().finished = lane.consumer_words().free.load();
  lane.consumer_words().claim = messages;
  lane.consumer_words().delivered = messages;
  lane.consumer_words().shared_claim = messages << 2;
}

// Four messages in three pushes, then all of them taken and given back; both roles die with the last in their hands
// every third round. How many messages had a wrong number or a wrong mark.
std::uint64_t exchange(const HeapLane& lane, std::uint64_t messages, int rounds) {
  std::uint64_t wrong = 0;
  std::uint64_t number = messages;
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  for (int round = 0; round < rounds; ++round) {
    for (const std::uint32_t count : {1U, 2U, 1U}) {
      SlotIndex slots[2];
      for (std::uint32_t at = 0; at < count; ++at) slots[at] = producer.loan();
      wrong += producer.publish(slots, count) == (number += count) ? 0 : 1;
    }
    const std::uint32_t due = lane.view().order == Order::latest ? 1 : 4;
    for (std::uint32_t left = due; left > 0; --left) {
      const std::uint64_t expected = number - left + 1;
      Taken taken = consumer.take();
      wrong += taken.number == expected && !taken.redelivered ? 0 : 1;
      if (round % 3 == 0 && left == 1) {
        consumer = lane.consumer();
        producer = lane.producer();
        taken = consumer.take();
        wrong += taken.number == expected && taken.redelivered ? 0 : 1;
      }
      consumer.release(taken.slot);
    }
    for (const int count : lane.homes()) wrong += count == 1 ? 0 : 1;
  }
  return wrong;
}

}  // namespace

TEST_CASE("scenario 23: tags of both stacks wrap at each place of an exchange and of a recovery") {
  for (const Order order : {Order::fifo, Order::latest}) {
    for (std::uint64_t before = 0; before < 24; ++before) {
      const HeapLane lane(5, order);
      const std::uint64_t messages = 9 * kTags - before;
      make_old(lane, messages, kTags - before / 2);

      CHECK(exchange(lane, messages, 9) == 0);
      CHECK_FALSE(lane.producer().fault());
    }
  }
}

TEST_CASE("scenario 23: numbers near 2^64 go on to the last, and those of a shared claim near 2^62") {
  const HeapLane lane(5);
  const std::uint64_t messages = std::uint64_t{0} - 41;
  make_old(lane, messages, messages);
  CHECK(exchange(lane, messages, 10) == 0);

  const HeapLane latest(5, Order::latest);
  const std::uint64_t most_claimed = (std::uint64_t{1} << 62) - 41;
  make_old(latest, most_claimed, most_claimed);
  CHECK(exchange(latest, most_claimed, 10) == 0);
}

TEST_CASE("scenario 23: a push that was cut short is decided by its tag where the tags wrap") {
  for (const bool pushed : {false, true}) {
    const HeapLane lane(2);
    make_old(lane, kTags - 1, 0);
    {
      auto dead = lane.producer();
      const SlotIndex slot = dead.loan();
      if (pushed) dead.publish(&slot, 1);  // tag 2^44 is tag 0
      lane.view().producer.marks[place(slot)] = static_cast<std::uint8_t>(Held::yes);
    }
    lane.producer_words().published = kTags - 1;

    auto successor = lane.producer();

    CHECK(successor.published() == (pushed ? kTags : kTags - 1));
    CHECK(lane.homes() == std::vector<int>{1, 1});
  }
}

TEST_CASE("a successor begins awake, above the epochs of its predecessor, whatever it died in") {
  HalfWord bell{3};
  HalfWord armed{0};
  HalfWord sleeps{1};
  for (const std::uint32_t died_in : {0U, 6U, 7U, 0xFFFF'FFFFU}) {
    armed.store(died_in);
    Sleeper<LiveMemory> successor(armed, sleeps, bell);

    successor.start_anew();

    CHECK(armed.load() == died_in + 2 - died_in % 2);
    CHECK(sleeps.load() == 0);
  }
}

TEST_CASE("scenario 23: a bell is rung once for each epoch where bell and epochs pass 2^32") {
  HalfWord bell{0xFFFF'FFFD};
  HalfWord armed{0xFFFF'FFFA};
  HalfWord sleeps{0};
  Sleeper<LiveMemory> sleeper(armed, sleeps, bell);
  Ringer<LiveMemory> ringer(bell, armed, sleeps);
  sleeper.announce();

  for (std::uint32_t rung = 1; rung <= 8; ++rung) {
    sleeper.arm();
    CHECK(armed.load() % 2 == 1);
    ringer.after_push();
    ringer.after_push();
    CHECK(bell.load() == 0xFFFF'FFFD + rung);
    sleeper.disarm();
    CHECK(armed.load() % 2 == 0);
  }
}
