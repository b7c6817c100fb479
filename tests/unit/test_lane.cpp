#include <doctest/doctest.h>

#include <algorithm>

#include "heap_lane.hpp"

using namespace sluice::detail;

namespace {

void publish(HeapLane& lane, ProducerLane<LiveMemory>& producer, std::uint64_t value) {
  const SlotIndex slot = producer.loan();
  REQUIRE(slot != kNil);
  lane.payload(slot) = value;
  producer.publish(&slot, 1);
}

/// Three messages pass; the slots of the second, the third and the first come back, in that order. As they were taken.
std::vector<SlotIndex> come_back_mixed(HeapLane& lane, ProducerLane<LiveMemory>& producer,
                                       ConsumerLane<LiveMemory>& consumer) {
  std::vector<SlotIndex> slots;
  for (std::uint64_t message = 1; message <= 3; ++message) publish(lane, producer, message);
  for (int message = 0; message < 3; ++message) slots.push_back(consumer.take().slot);
  for (const std::size_t at : {1U, 2U, 0U}) consumer.release(slots[at]);
  return slots;
}

bool each_slot_has_one_home(const HeapLane& lane) {
  const std::vector<int> homes = lane.homes();
  return std::all_of(homes.begin(), homes.end(), [](int count) { return count == 1; });
}

}  // namespace

TEST_CASE("messages come out in the order they went in, numbered from 1") {
  HeapLane lane(4);
  auto producer = lane.producer();
  auto consumer = lane.consumer();

  for (std::uint64_t value = 10; value < 13; ++value) publish(lane, producer, value);

  for (std::uint64_t number = 1; number <= 3; ++number) {
    const Taken taken = consumer.take();
    REQUIRE(taken.slot != kNil);
    CHECK(taken.number == number);
    CHECK_FALSE(taken.redelivered);
    CHECK(lane.payload(taken.slot) == number + 9);
    consumer.release(taken.slot);
  }
  CHECK(consumer.take().slot == kNil);
}

TEST_CASE("a full channel refuses the loan and goes on after a release") {
  HeapLane lane(2);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  publish(lane, producer, 1);
  publish(lane, producer, 2);
  CHECK(producer.loan() == kNil);
  CHECK_FALSE(producer.fault());

  consumer.release(consumer.take().slot);
  consumer.release(consumer.take().slot);

  CHECK(producer.loan() != kNil);
}

TEST_CASE("a loan that is kept is loaned again") {
  HeapLane lane(1);
  auto producer = lane.producer();
  const SlotIndex slot = producer.loan();
  CHECK(producer.loan() == kNil);

  producer.keep(slot);

  CHECK(producer.loan() == slot);
}

TEST_CASE("a slot's number is 0 while it is loaned and the message's own from publish on") {
  HeapLane lane(1);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  const SlotNumbers<LiveMemory> numbers(lane.view().slots);
  publish(lane, producer, 1);
  CHECK(numbers.of(SlotIndex{0}) == 1);

  consumer.release(consumer.take().slot);
  CHECK(numbers.of(SlotIndex{0}) == 1);
  REQUIRE(producer.loan() != kNil);

  CHECK(numbers.of(SlotIndex{0}) == 0);
}

TEST_CASE("finished slots go back at the latest when nothing is left to deliver") {
  HeapLane lane(64);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  for (std::uint64_t value = 0; value < 3; ++value) publish(lane, producer, value);
  const auto given_back = [&] {
    return static_cast<std::uint64_t>(StackWord{lane.consumer_words().free.load()}.tag());
  };

  consumer.release(consumer.take().slot);
  consumer.release(consumer.take().slot);
  CHECK(given_back() == 0);  // still in hand: one to deliver
  consumer.release(consumer.take().slot);

  CHECK(given_back() == 3);
}

TEST_CASE("a take that hands out the last message in hand gives back what is finished, though a sample is kept") {
  HeapLane lane(8);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  for (std::uint64_t value = 0; value < 8; ++value) publish(lane, producer, value);
  for (int kept = 0; kept < 6; ++kept) consumer.take();
  consumer.release(consumer.take().slot);
  REQUIRE_FALSE(producer.has_slot());  // one is finished, and waits in its chain

  consumer.take();

  CHECK(producer.has_slot());
}

TEST_CASE("finished slots go back when they are a quarter of the channel") {
  HeapLane lane(8);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  for (std::uint64_t value = 0; value < 8; ++value) publish(lane, producer, value);

  consumer.release(consumer.take().slot);
  consumer.release(consumer.take().slot);

  CHECK(static_cast<std::uint64_t>(StackWord{lane.consumer_words().free.load()}.tag()) == 2);
}

TEST_CASE("delivered never decreases and is stored before the hand-over [I7]") {
  HeapLane lane(4);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  for (std::uint64_t value = 0; value < 4; ++value) publish(lane, producer, value);

  for (std::uint64_t number = 1; number <= 4; ++number) {
    const Taken taken = consumer.take();
    CHECK(lane.consumer_words().delivered.load() == taken.number);
    CHECK(taken.number == number);
  }
}

TEST_CASE("a consumer that starts with the newest gives the old messages back unread") {
  HeapLane lane(4);
  auto producer = lane.producer();
  publish(lane, producer, 1);
  publish(lane, producer, 2);
  auto consumer = lane.consumer();

  consumer.skip_unread();
  CHECK(lane.consumer_words().delivered.load() == 2);
  publish(lane, producer, 3);

  const Taken taken = consumer.take();
  CHECK(taken.number == 3);
  CHECK_FALSE(taken.redelivered);
  consumer.release(taken.slot);
  CHECK(each_slot_has_one_home(lane));
}

TEST_CASE("a message with another number than its place in the order is refused") {
  HeapLane lane(4);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  publish(lane, producer, 1);
  SlotNumbers<LiveMemory>(lane.view().slots).set(SlotIndex{0}, 7);

  CHECK(consumer.take().slot == kNil);

  REQUIRE(consumer.fault());
  CHECK(std::string(consumer.fault().word) == "sluice_seq");
  CHECK(consumer.fault().value == 7);
}

TEST_CASE("a slot that is given back twice is refused by the producer") {
  HeapLane lane(2);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  publish(lane, producer, 1);
  const SlotIndex slot = consumer.take().slot;
  consumer.release(slot);
  REQUIRE(producer.loan() != kNil);
  REQUIRE(producer.loan() != kNil);  // has collected the slot
  StackPusher<LiveMemory> free(lane.consumer_words().free, lane.view().consumer.links, lane.capacity(), 1);
  free.push(free.add(slot));

  CHECK(producer.loan() == kNil);

  CHECK(std::string(producer.fault().word) == "repeated slot");
}

TEST_CASE("small slots go round in the order in which they came back") {
  HeapLane lane(3);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  const std::vector<SlotIndex> slots = come_back_mixed(lane, producer, consumer);

  for (const std::size_t at : {1U, 2U, 0U}) CHECK(producer.loan() == slots[at]);
  CHECK(producer.loan() == kNil);
}

TEST_CASE("slots loaned at once come in the same order, as many as there are, and are collected by one note") {
  HeapLane lane(5);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  const std::vector<SlotIndex> slots = come_back_mixed(lane, producer, consumer);

  SlotIndex first[3], second[5];
  CHECK(producer.loan(first, 3) == 3);  // two that were never used
  CHECK(first[2] == slots[1]);
  CHECK(lane.producer_words().collected == 1);
  CHECK(producer.loan(second, 5) == 2);
  CHECK(second[0] == slots[2]);
  CHECK(second[1] == slots[0]);
  CHECK(lane.producer_words().collected == 3);
  CHECK(producer.loan(second, 5) == 0);
}

TEST_CASE("where the warmest is reused, a finished slot goes back at once, though messages are unread") {
  for (const Reuse reuse : {Reuse::in_turn, Reuse::warmest}) {
    HeapLane lane(8, sluice::Order::fifo, reuse);
    auto producer = lane.producer();
    auto consumer = lane.consumer();
    for (std::uint64_t value = 1; value <= 4; ++value) publish(lane, producer, value);
    const std::uint64_t before = lane.consumer_words().free.load();

    consumer.release(consumer.take().slot);

    CHECK((lane.consumer_words().free.load() != before) == (reuse == Reuse::warmest));
  }
}

TEST_CASE(
    "where the warmest is reused, the slot that came back last is loaned first, though others have never been used") {
  HeapLane lane(3, sluice::Order::fifo, Reuse::warmest);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  publish(lane, producer, 1);
  publish(lane, producer, 2);
  const SlotIndex first = consumer.take().slot;
  const SlotIndex second = consumer.take().slot;
  consumer.release(second);
  consumer.release(first);

  CHECK(producer.loan() == first);
  CHECK(producer.loan() == second);
  CHECK(producer.loan() != kNil);
}

TEST_CASE("slots that a foreign writer makes come back twice fill no list beyond its end") {
  HeapLane lane(2);
  auto producer = lane.producer();
  SlotIndex slots[4] = {producer.loan(), producer.loan()};
  for (const std::uint32_t slot : {0U, 1U}) lane.view().producer.marks[slot] = static_cast<std::uint8_t>(Held::no);
  StackPusher<LiveMemory> free(lane.consumer_words().free, lane.view().consumer.links, 2, 0);
  free.add(SlotIndex{0});
  free.push(free.add(SlotIndex{1}));
  slots[2] = producer.loan();
  slots[3] = producer.loan();

  for (const SlotIndex slot : slots) producer.keep(slot);

  CHECK(producer.loan() != kNil);
  CHECK(producer.loan() != kNil);
  CHECK(producer.loan() == kNil);
}

TEST_CASE("order latest: more messages than there is room for are a fault, and nothing is skipped or given back") {
  HeapLane lane(5, sluice::Order::latest);
  auto producer = lane.producer();
  producer.publish(producer.loan());
  { lane.consumer().take(); }  // dies with message 1 in hand
  auto successor = lane.consumer();
  StackPusher<LiveMemory> head(lane.producer_words().head, lane.view().producer.links, 5, 1);
  StackWord last{};
  for (std::uint32_t slot = 0; slot < 5; ++slot) last = head.add(SlotIndex{slot});
  head.push(last);

  successor.skip_unread();

  CHECK(successor.fault());
  CHECK(StackWord{lane.consumer_words().free.load()}.tag() == Tag{0});
}
