// The claim of order latest: who gets a message, and how a successor settles a move that was cut short.
#include <doctest/doctest.h>

#include <string>
#include <variant>

#include "heap_lane.hpp"

using namespace sluice::detail;
using sluice::Order;

namespace {

SlotIndex publish(ProducerLane<LiveMemory>& producer) {
  const SlotIndex slot = producer.loan();
  REQUIRE(slot != kNil);
  producer.publish(&slot, 1);
  return slot;
}

void set_intent(ClaimIntent& intent, bool bit, std::uint64_t from, std::uint64_t to) {
  Journal<LiveMemory>::intend_claim(intent, bit, from, to);
}

template <class Start>
std::string fault_of(const std::variant<Start, Fault>& outcome) {
  return std::holds_alternative<Fault>(outcome) ? std::get<Fault>(outcome).word : "none";
}
std::string producer_fault(const HeapLane& lane) { return fault_of(recover_producer<LiveMemory>(lane.view())); }
std::string consumer_fault(const HeapLane& lane) { return fault_of(recover_consumer<LiveMemory>(lane.view())); }

}  // namespace

TEST_CASE("each role flips its own bit and leaves the other's alone") {
  const ClaimWord start{0};

  const ClaimWord dropped = start.moved_to(7, ClaimWord::kProducerBit);
  const ClaimWord claimed = dropped.moved_to(9, ClaimWord::kConsumerBit);

  CHECK(dropped.number() == 7);
  CHECK(dropped.shows(ClaimWord::kProducerBit));
  CHECK_FALSE(dropped.shows(ClaimWord::kConsumerBit));
  CHECK(claimed.number() == 9);
  CHECK(claimed.shows(ClaimWord::kProducerBit));
  CHECK(claimed.shows(ClaimWord::kConsumerBit));
  CHECK_FALSE(claimed.moved_to(10, ClaimWord::kProducerBit).shows(ClaimWord::kProducerBit));
}

TEST_CASE("a move from a claim that the other role has moved fails") {
  Word word{0};
  SharedClaim<LiveMemory> claim(word);
  const ClaimWord seen = claim.read();
  REQUIRE(claim.try_move(seen, seen.moved_to(3, ClaimWord::kProducerBit)));

  CHECK_FALSE(claim.try_move(seen, seen.moved_to(4, ClaimWord::kConsumerBit)));

  CHECK(claim.read().number() == 3);
}

TEST_CASE("a drop that took effect before its producer died gives the slots to the successor") {
  HeapLane lane(5, Order::latest);
  SlotIndex first = kNil;
  {
    auto dead = lane.producer();
    first = publish(dead);
    publish(dead);  // drops the first
  }
  lane.view().producer.marks[place(first)] = static_cast<std::uint8_t>(Held::no);  // as if not marked yet
  SlotNumbers<LiveMemory>(lane.view().slots).set(first, 1);
  set_intent(lane.producer_words().drop, true, 0, 1);

  const auto start = std::get<ProducerStart>(recover_producer<LiveMemory>(lane.view()));

  CHECK(lane.producer_mark(place(first)) == Held::yes);
  CHECK(start.own.size() == 4);
  CHECK(lane.producer_words().drop.bit.load() == 0);
  CHECK(lane.homes() == std::vector<int>(5, 1));
}

TEST_CASE("a drop that did not take effect leaves the message to the consumer") {
  HeapLane lane(5, Order::latest);
  {
    auto dead = lane.producer();
    publish(dead);
  }
  set_intent(lane.producer_words().drop, true, 0, 1);  // the claim does not show the bit

  const auto start = std::get<ProducerStart>(recover_producer<LiveMemory>(lane.view()));

  CHECK(start.own.size() == 4);
  CHECK(start.unread.size() == 1);
  CHECK(lane.consumer().take().number == 1);
}

TEST_CASE("a successor of a producer drops what its predecessor had no time to drop") {
  HeapLane lane(5, Order::latest);
  {
    auto dead = lane.producer();
    publish(dead);
    publish(dead);
  }
  lane.consumer_words().shared_claim = 0;  // as if the second's drop had never begun
  for (std::uint32_t slot = 0; slot < 5; ++slot) {
    if (SlotNumbers<LiveMemory>(lane.view().slots).of(SlotIndex{slot}) == 1) {
      lane.view().producer.marks[slot] = static_cast<std::uint8_t>(Held::no);
    }
  }

  auto successor = lane.producer();

  CHECK(lane.claimed() == 1);
  CHECK(lane.homes() == std::vector<int>(5, 1));
  CHECK(lane.consumer().take().number == 2);
}

TEST_CASE("a claim that took effect before its consumer died gives its messages to the successor") {
  HeapLane lane(5, Order::latest);
  auto producer = lane.producer();
  publish(producer);
  lane.consumer_words().shared_claim = ClaimWord{0}.moved_to(1, ClaimWord::kConsumerBit).bits;
  set_intent(lane.consumer_words().taking, true, 0, 1);

  auto successor = lane.consumer();

  const Taken taken = successor.take();
  CHECK(taken.number == 1);
  CHECK_FALSE(taken.redelivered);
  CHECK(lane.consumer_words().taking.bit.load() == 0);
}

TEST_CASE("a claim that did not take effect is forgotten, and the message taken in the usual way") {
  HeapLane lane(5, Order::latest);
  auto producer = lane.producer();
  publish(producer);
  set_intent(lane.consumer_words().taking, true, 0, 1);

  auto successor = lane.consumer();

  CHECK(lane.homes() == std::vector<int>(5, 1));
  CHECK(successor.take().number == 1);
}

TEST_CASE("of what a dead consumer held only the newest is delivered again, marked") {
  HeapLane lane(6, Order::latest);
  auto producer = lane.producer();
  {
    auto dead = lane.consumer();
    publish(producer);
    dead.take();
    publish(producer);
    dead.take();
  }

  auto successor = lane.consumer();

  const Taken taken = successor.take();
  CHECK(taken.number == 2);
  CHECK(taken.redelivered);
  CHECK(successor.take().slot == kNil);
}

TEST_CASE("what a dead consumer held is not delivered when it had handed out a newer message") {
  HeapLane lane(6, Order::latest);
  auto producer = lane.producer();
  {
    auto dead = lane.consumer();
    publish(producer);
    dead.take();  // kept
    publish(producer);
    dead.release(dead.take().slot);
  }

  auto successor = lane.consumer();

  CHECK(successor.take().slot == kNil);
  CHECK(lane.homes() == std::vector<int>(6, 1));
}

TEST_CASE("a consumer refuses a claim that went backwards, a producer one that passes its newest message") {
  HeapLane lane(5, Order::latest);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  publish(producer);
  consumer.release(consumer.take().slot);
  publish(producer);
  lane.consumer_words().shared_claim = 0;

  CHECK(consumer.take().slot == kNil);
  REQUIRE(consumer.fault());
  CHECK(std::string(consumer.fault().word) == "claim");

  lane.consumer_words().shared_claim = ClaimWord{0}.moved_to(99, ClaimWord::kConsumerBit).bits;
  publish(producer);
  REQUIRE(producer.fault());
  CHECK(std::string(producer.fault().word) == "claim");
  CHECK(producer.fault().value == 99);
}

TEST_CASE("a drop that found its message already taken back is seen by the successor too") {
  HeapLane lane(5, Order::latest);
  auto producer = lane.producer();
  const SlotIndex first = publish(producer);
  lane.view().producer.marks[place(first)] = static_cast<std::uint8_t>(Held::yes);  // by another process
  SlotNumbers<LiveMemory>(lane.view().slots).set(first, 99);

  publish(producer);

  REQUIRE(producer.fault());
  CHECK(producer_fault(lane) == "claim intent");
}

TEST_CASE("a producer that has met an impossible claim loans nothing more, though it has slots and more come back") {
  HeapLane lane(5, Order::latest);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  publish(producer);
  const SlotIndex sample = consumer.take().slot;
  const SlotIndex kept = producer.loan();
  lane.consumer_words().shared_claim = ClaimWord{0}.moved_to(99, ClaimWord::kConsumerBit).bits;
  publish(producer);
  REQUIRE(producer.fault());

  CHECK(producer.loan() == kNil);
  consumer.release(sample);
  producer.keep(kept);
  CHECK(producer.loan() == kNil);
  CHECK(std::string(producer.fault().word) == "claim");
}

TEST_CASE("a claim intent that cannot be is refused") {
  HeapLane lane(5, Order::latest);
  lane.consumer_words().shared_claim = ClaimWord{0}.moved_to(2, ClaimWord::kConsumerBit).bits;

  set_intent(lane.consumer_words().taking, true, 2, 2);  // of nothing
  CHECK(consumer_fault(lane) == "claim intent");
  set_intent(lane.consumer_words().taking, true, 0, 7);  // more than there are slots
  CHECK(consumer_fault(lane) == "claim intent");
  lane.producer_words().drop.bit = 5;
  CHECK(producer_fault(lane) == "claim intent");
}

TEST_CASE("a claim that took effect and whose messages are nowhere is refused") {
  HeapLane lane(5, Order::latest);
  auto producer = lane.producer();
  const SlotIndex slot = publish(producer);
  lane.consumer_words().shared_claim = ClaimWord{0}.moved_to(1, ClaimWord::kConsumerBit).bits;
  set_intent(lane.consumer_words().taking, true, 0, 1);
  SlotNumbers<LiveMemory>(lane.view().slots).set(slot, 77);

  CHECK(consumer_fault(lane) == "claim intent");
}
