// The order of stores is what a successor relies on: each operation is compared with the design, store by store.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "heap_lane.hpp"
#include "recording_memory.hpp"

using namespace sluice::detail;

namespace {
using Log = std::vector<std::string>;
}

TEST_CASE("publish: number, link, head, mark 0, published [I4]") {
  HeapLane lane(2);
  auto producer = lane.producer<RecordingMemory>();
  const SlotIndex slot = producer.loan();
  CHECK(RecordingMemory::take_log(lane) == Log{"number=0"});

  producer.publish(&slot, 1);

  CHECK(RecordingMemory::take_log(lane) == Log{"number=1", "link", "head=push 1", "mark 0=0", "published=1"});
}

TEST_CASE("a batch is one push: all numbers and links, one store of head, all marks") {
  HeapLane lane(2);
  auto producer = lane.producer<RecordingMemory>();
  const SlotIndex slots[] = {producer.loan(), producer.loan()};
  RecordingMemory::take_log(lane);

  producer.publish(slots, 2);

  CHECK(RecordingMemory::take_log(lane) ==
        Log{"number=1", "link", "number=2", "link", "head=push 2", "mark 0=0", "mark 1=0", "published=2"});
}

TEST_CASE("take: marks of all that was walked, then claim, then delivered before the hand-over [I7]") {
  HeapLane lane(2);
  auto producer = lane.producer();
  for (int count = 0; count < 2; ++count) {
    const SlotIndex slot = producer.loan();
    producer.publish(&slot, 1);
  }
  auto consumer_lane = lane.view();
  ConsumerStart start;
  ConsumerLane<RecordingMemory> consumer(consumer_lane, start);
  RecordingMemory::take_log(lane);

  const Taken taken = consumer.take();

  CHECK(taken.number == 1);
  CHECK(RecordingMemory::take_log(lane) == Log{"mark 0=1", "mark 1=1", "claim=2", "delivered=1", "taken=1"});
}

TEST_CASE("release: link, finished, mark 0; give back: free [I4]") {
  HeapLane lane(2);
  auto producer = lane.producer();
  const SlotIndex slot = producer.loan();
  producer.publish(&slot, 1);
  ConsumerLane<RecordingMemory> consumer(lane.view(), {});
  const Taken taken = consumer.take();
  RecordingMemory::take_log(lane);

  consumer.release(taken.slot);

  CHECK(RecordingMemory::take_log(lane) == Log{"link", "finished=push 1", "mark 0=0", "free=push 1"});
}

TEST_CASE("a loan marks the slot that came back, then stores collected, then clears its number") {
  HeapLane lane(1);
  auto producer = lane.producer<RecordingMemory>();
  auto consumer = lane.consumer();
  const SlotIndex slot = producer.loan();
  producer.publish(&slot, 1);
  consumer.release(consumer.take().slot);
  RecordingMemory::take_log(lane);

  CHECK(producer.loan() == slot);

  CHECK(RecordingMemory::take_log(lane) == Log{"mark 0=1", "collected=1", "number=0"});
}
