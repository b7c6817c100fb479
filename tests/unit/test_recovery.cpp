#include <doctest/doctest.h>

#include <string>
#include <variant>

#include "heap_lane.hpp"

using namespace sluice::detail;

namespace {

void publish(ProducerLane<LiveMemory>& producer, std::uint32_t count) {
  for (std::uint32_t at = 0; at < count; ++at) {
    const SlotIndex slot = producer.loan();
    REQUIRE(slot != kNil);
    producer.publish(&slot, 1);
  }
}

template <class Start>
std::string fault_of(const std::variant<Start, Fault>& outcome) {
  return std::holds_alternative<Fault>(outcome) ? std::get<Fault>(outcome).word : "none";
}

std::string producer_fault(const HeapLane& lane) { return fault_of(recover_producer<LiveMemory>(lane.view())); }
std::string consumer_fault(const HeapLane& lane) { return fault_of(recover_consumer<LiveMemory>(lane.view())); }

}  // namespace

TEST_CASE("a new lane is recovered as one whose predecessor did nothing") {
  HeapLane lane(3);

  const auto start = std::get<ProducerStart>(recover_producer<LiveMemory>(lane.view()));

  CHECK(start.published == 0);
  CHECK(start.collected == 0);
  CHECK(start.own == std::vector<SlotIndex>{SlotIndex{2}, SlotIndex{1}, SlotIndex{0}});
}

TEST_CASE("a dead producer's loans are its successor's free slots, with number 0") {
  HeapLane lane(3);
  {
    auto dead = lane.producer();
    publish(dead, 1);
    SlotNumbers<LiveMemory>(lane.view().slots).set(dead.loan(), 99);  // dead between its number and its marks
  }

  const auto start = std::get<ProducerStart>(recover_producer<LiveMemory>(lane.view()));

  CHECK(start.own.size() == 2);
  CHECK(start.published == 1);
  for (const SlotIndex slot : start.own) CHECK(SlotNumbers<LiveMemory>(lane.view().slots).of(slot) == 0);
}

TEST_CASE("a collect that was cut short is walked again") {
  HeapLane lane(2);
  auto producer = lane.producer();
  publish(producer, 2);
  auto consumer = lane.consumer();
  consumer.release(consumer.take().slot);
  consumer.release(consumer.take().slot);
  lane.view().producer.marks[1] = static_cast<std::uint8_t>(Held::yes);  // dead behind the first mark

  const auto start = std::get<ProducerStart>(recover_producer<LiveMemory>(lane.view()));

  CHECK(start.own.size() == 2);
  CHECK(start.collected == 2);
  CHECK(lane.homes() == std::vector<int>{1, 1});
}

TEST_CASE("what a dead consumer held is delivered again in order, marked from the highest number handed out") {
  HeapLane lane(4);
  auto producer = lane.producer();
  publish(producer, 3);
  {
    auto dead = lane.consumer();
    dead.take();
    dead.take();
  }
  publish(producer, 1);

  auto successor = lane.consumer();

  for (std::uint64_t number = 1; number <= 4; ++number) {
    const Taken taken = successor.take();
    CHECK(taken.number == number);
    CHECK(taken.redelivered == (number <= 2));
    successor.release(taken.slot);
  }
  CHECK(lane.consumer_words().redelivered.load() == 2);
}

TEST_CASE("held messages are delivered in order of number, wherever they lie in the pool") {
  HeapLane lane(2);
  auto producer = lane.producer();
  const SlotIndex first = producer.loan();
  const SlotIndex second = producer.loan();
  producer.publish(&second, 1);
  producer.publish(&first, 1);
  { auto dead = lane.consumer(); }

  auto successor = lane.consumer();

  CHECK(successor.take().slot == second);
  CHECK(successor.take().slot == first);
}

TEST_CASE("what a dead consumer had finished is given back, never delivered again") {
  HeapLane lane(8);
  auto producer = lane.producer();
  publish(producer, 3);
  {
    auto dead = lane.consumer();
    dead.release(dead.take().slot);
  }

  auto successor = lane.consumer();

  CHECK(StackWord{lane.consumer_words().free.load()}.tag() == Tag{1});
  CHECK(successor.take().number == 2);
}

TEST_CASE("a take that was cut short is walked again, and nothing is delivered twice") {
  HeapLane lane(3);
  auto producer = lane.producer();
  publish(producer, 3);
  lane.view().consumer.marks[2] = static_cast<std::uint8_t>(Held::yes);  // dead behind the first mark

  auto successor = lane.consumer();

  for (std::uint64_t number = 1; number <= 3; ++number) {
    const Taken taken = successor.take();
    CHECK(taken.number == number);
    CHECK_FALSE(taken.redelivered);
    successor.release(taken.slot);
  }
  CHECK(successor.take().slot == kNil);
  CHECK(lane.homes() == std::vector<int>{1, 1, 1});
}

TEST_CASE("recovery twice is recovery once") {
  HeapLane lane(4);
  auto producer = lane.producer();
  publish(producer, 3);
  {
    auto dead = lane.consumer();
    dead.take();
  }

  const auto first = std::get<ConsumerStart>(recover_consumer<LiveMemory>(lane.view()));
  const auto second = std::get<ConsumerStart>(recover_consumer<LiveMemory>(lane.view()));

  CHECK(first.held == second.held);
  CHECK(first.claim == second.claim);
}

TEST_CASE("a publish that was cut short before its store vanishes whole") {
  HeapLane lane(2);
  {
    auto dead = lane.producer();
    const SlotIndex slot = dead.loan();
    SlotNumbers<LiveMemory>(lane.view().slots).set(slot, 1);
    StackPusher<LiveMemory>(lane.producer_words().head, lane.view().producer.links, 2, 0).add(slot);
  }

  const auto start = std::get<ProducerStart>(recover_producer<LiveMemory>(lane.view()));

  CHECK(start.own.size() == 2);
  CHECK(start.published == 0);
  CHECK(lane.consumer().take().slot == kNil);
}

TEST_CASE("a publish that was cut short behind its store has taken effect") {
  HeapLane lane(2);
  {
    auto dead = lane.producer();
    publish(dead, 1);
  }
  const SlotIndex top = StackWord{lane.producer_words().head.load()}.top();
  lane.view().producer.marks[place(top)] = static_cast<std::uint8_t>(Held::yes);
  lane.producer_words().published = 0;

  const auto start = std::get<ProducerStart>(recover_producer<LiveMemory>(lane.view()));

  CHECK(start.own.size() == 1);
  CHECK(start.published == 1);
  CHECK(lane.consumer().take().number == 1);
}

TEST_CASE("a release that was cut short behind the chain's store is made whole, and the slot given back") {
  HeapLane lane(2);
  auto producer = lane.producer();
  publish(producer, 1);
  {
    auto dead = lane.consumer();
    const SlotIndex slot = dead.take().slot;
    StackPusher<LiveMemory> free(lane.consumer_words().free, lane.view().consumer.links, 2, 0);
    Journal<LiveMemory>::note_finished(lane.consumer_words().finished, free.add(slot));
    CHECK(lane.consumer_mark(place(slot)) == Held::yes);
  }

  auto successor = lane.consumer();

  CHECK(StackWord{lane.consumer_words().free.load()}.tag() == Tag{1});
  CHECK(successor.take().slot == kNil);
  CHECK(lane.homes() == std::vector<int>{1, 1});
}

TEST_CASE("a slot that came round since it was given back is held, though it is the one finished last") {
  HeapLane lane(1);
  auto producer = lane.producer();
  publish(producer, 1);
  {
    auto dead = lane.consumer();
    dead.release(dead.take().slot);
    publish(producer, 1);
    dead.take();
  }

  const Taken again = lane.consumer().take();

  CHECK(again.number == 2);
  CHECK(again.redelivered);
}

TEST_CASE("a chain of finished slots that cannot be is refused") {
  for (const StackWord finished : {StackWord::of(Tag{0}, SlotIndex{1}), StackWord::of(Tag{3}, SlotIndex{0}),
                                   StackWord::of(Tag{1}, SlotIndex{2}), StackWord{~std::uint64_t{0}}}) {
    HeapLane lane(2);
    lane.consumer_words().finished = finished.bits;

    CHECK(consumer_fault(lane) == "finished");
  }
}

TEST_CASE("a mark that cannot be is refused") {
  HeapLane lane(2);
  lane.view().producer.marks[1] = 2;
  lane.view().consumer.marks[1] = 200;

  CHECK(producer_fault(lane) == "mark");
  CHECK(consumer_fault(lane) == "mark");
}

TEST_CASE("counts that contradict the words are refused [I3]") {
  HeapLane lane(2);
  lane.producer_words().collected = 7;  // more collected than was ever given back
  CHECK(producer_fault(lane) == "tag");

  HeapLane other(2);
  other.producer_words().published = 7;
  CHECK(producer_fault(other) == "tag");

  HeapLane third(2);
  third.consumer_words().claim = 7;
  CHECK(consumer_fault(third) == "tag");
}

TEST_CASE("held messages whose numbers cannot be are refused") {
  HeapLane lane(2);
  lane.view().consumer.marks[0] = static_cast<std::uint8_t>(Held::yes);  // number 0

  CHECK(consumer_fault(lane) == "sluice_seq");
}

TEST_CASE("links that lead to one slot twice are refused") {
  HeapLane lane(2);
  lane.view().producer.links[1] = 0;
  lane.producer_words().head = StackWord::of(Tag{2}, SlotIndex{0}).bits;

  CHECK(consumer_fault(lane) == "repeated slot");
}
