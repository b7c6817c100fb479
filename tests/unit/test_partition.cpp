// What only somebody who is alone with a window can see: that a slot is lost, or in two places.
#include <doctest/doctest.h>

#include <string>

#include "heap_lane.hpp"
#include "partition.hpp"

using namespace sluice::detail;
using sluice::Order;

namespace {

Fault check(const HeapLane& lane) { return Partition<LiveMemory>(lane.view()).check(); }

std::string said(const Fault& fault) {
  return fault ? std::string(fault.word) + " " + std::to_string(fault.value) : "whole";
}

/// One message held, one unread, one slot finished and not given back, one free and not collected, one loaned.
void use(const HeapLane& lane) {
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  for (int message = 0; message < 5; ++message) producer.publish(producer.loan());
  consumer.release(consumer.take().slot);
  consumer.give_back();
  const SlotIndex kept = consumer.take().slot;  // of order latest none: the newest was the first
  if (kept != kNil) consumer.release(consumer.take().slot);
  producer.publish(producer.loan());
  (void)producer.loan();
}

void set(Mark& mark, Held held) { mark = static_cast<std::uint8_t>(held); }

}  // namespace

TEST_CASE("a new lane, and one in the middle of its work, are whole [I1]") {
  for (const Order order : {Order::fifo, Order::lifo, Order::latest}) {
    HeapLane lane(12, order);
    CHECK(said(check(lane)) == "whole");

    use(lane);

    CHECK(said(check(lane)) == "whole");
  }
}

TEST_CASE("a slot that nobody has is found") {
  HeapLane lane(12);
  use(lane);
  const StackWord head{lane.producer_words().head.load()};
  std::uint32_t free_slot = 0;
  while (lane.producer_mark(free_slot) != Held::yes) ++free_slot;

  set(lane.view().producer.marks[free_slot], Held::no);

  CHECK(said(check(lane)) == "slot in no place " + std::to_string(free_slot));
  CHECK(head.bits == lane.producer_words().head.load());  // it only looks
}

TEST_CASE("a slot that both roles have is found: the producer would write over a message in the consumer's hand") {
  HeapLane lane(12);
  use(lane);
  std::uint32_t held = 0;
  while (lane.consumer_mark(held) != Held::yes) ++held;

  set(lane.view().producer.marks[held], Held::yes);

  CHECK(said(check(lane)) == "slot in two places " + std::to_string(held));
}

TEST_CASE("an unread message whose slot is also the producer's is found") {
  HeapLane lane(12);
  use(lane);
  const std::uint32_t newest = place(StackWord{lane.producer_words().head.load()}.top());

  set(lane.view().producer.marks[newest], Held::yes);

  CHECK(said(check(lane)) == "slot in two places " + std::to_string(newest));
}

TEST_CASE("a link that leads to the wrong slot is found, also that of the newest push, which no walk reads") {
  HeapLane lane(12);
  use(lane);
  const StackWord head{lane.producer_words().head.load()};

  lane.view().producer.links[link_place(head.tag(), link_count(12))] = 0;

  CHECK(said(check(lane)) == "link 0");
}

TEST_CASE("an unread message whose number is not that of its place is found") {
  HeapLane lane(12);
  use(lane);
  const StackWord head{lane.producer_words().head.load()};

  SlotNumbers<LiveMemory>(lane.view().slots).set(head.top(), 53);

  CHECK(said(check(lane)) == "sluice_seq 53");
}

TEST_CASE("counts that do not fit each other are found in all their bits, though a walk compares 44") {
  HeapLane lane(12);
  use(lane);
  const std::uint64_t claim = lane.consumer_words().claim.load() + (std::uint64_t{1} << 44);

  lane.consumer_words().claim = claim;

  CHECK(said(check(lane)) == "claim " + std::to_string(claim));
}
