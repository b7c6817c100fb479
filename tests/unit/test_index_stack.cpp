#include <doctest/doctest.h>

#include <sluice/detail/index_stack.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace sluice::detail;

namespace {

constexpr std::uint32_t kCapacity = 4;

struct Stack {
  Word word{StackWord::of(Tag{0}, kNil).bits};
  Link links[link_count(kCapacity)] = {};

  StackPusher<LiveMemory> pusher() {
    return {word, links, kCapacity, static_cast<std::uint64_t>(StackWord{word.load()}.tag())};
  }
  StackTaker<LiveMemory> taker(std::uint64_t taken = 0) { return {word, links, kCapacity, taken}; }
};

void push(StackPusher<LiveMemory>& pusher, std::uint32_t slot) { pusher.push(pusher.add(SlotIndex{slot})); }

std::vector<std::uint32_t> take(StackTaker<LiveMemory>& taker) {
  std::vector<std::uint32_t> oldest_first;
  const auto count = taker.take_all([&](SlotIndex slot, std::uint32_t) {
    oldest_first.push_back(place(slot));
    return true;
  });
  REQUIRE(count);
  return oldest_first;
}

SlotIndex take_next(StackTaker<LiveMemory>& taker) {
  return taker.take_next([](SlotIndex) {}, [](SlotIndex, std::uint32_t) { return true; });
}

bool take_fails(StackTaker<LiveMemory> taker) {
  return !taker.take_all([](SlotIndex, std::uint32_t) { return true; });
}

}  // namespace

TEST_CASE("a taker gets what was pushed since its last walk, oldest first") {
  Stack stack;
  auto pusher = stack.pusher();
  auto taker = stack.taker();

  push(pusher, 2);
  push(pusher, 0);
  CHECK(take(taker) == std::vector<std::uint32_t>{2, 0});

  CHECK(take(taker).empty());
  push(pusher, 3);
  CHECK(take(taker) == std::vector<std::uint32_t>{3});
}

TEST_CASE("a chain is pushed with one store and taken whole") {
  Stack stack;
  auto pusher = stack.pusher();
  auto taker = stack.taker();
  push(pusher, 3);

  StackWord last{};
  for (const std::uint32_t slot : {0U, 1U, 2U}) last = pusher.add(SlotIndex{slot});
  CHECK(StackWord{stack.word.load()}.tag() == Tag{1});
  pusher.push(last);

  CHECK(take(taker) == std::vector<std::uint32_t>{3, 0, 1, 2});
}

TEST_CASE("the place told to a visitor counts up from 0, the oldest") {
  Stack stack;
  auto pusher = stack.pusher();
  auto taker = stack.taker();
  push(pusher, 2);
  push(pusher, 0);
  std::vector<std::uint32_t> oldest_first(2);

  REQUIRE(taker.take_all([&](SlotIndex slot, std::uint32_t at) {
    oldest_first[at] = place(slot);
    return true;
  }));

  CHECK(oldest_first == std::vector<std::uint32_t>{2, 0});
}

TEST_CASE("a taker may take the oldest only, and gets the others the next time") {
  Stack stack;
  auto pusher = stack.pusher();
  auto taker = stack.taker();
  for (const std::uint32_t slot : {3U, 1U, 0U}) push(pusher, slot);

  CHECK(place(take_next(taker)) == 3);
  CHECK(taker.has_more());
  CHECK(take(taker) == std::vector<std::uint32_t>{1, 0});
  CHECK(take_next(taker) == kNil);
  CHECK_FALSE(taker.fault());
}

TEST_CASE("one at a time, a taker goes through all that it saw before it looks for more") {
  Stack stack;
  auto pusher = stack.pusher();
  auto taker = stack.taker();
  for (const std::uint32_t slot : {3U, 1U}) push(pusher, slot);
  CHECK(place(take_next(taker)) == 3);
  stack.word = StackWord::of(Tag{7000}, SlotIndex{0}).bits;

  CHECK(place(take_next(taker)) == 1);
  CHECK(take_next(taker) == kNil);
  CHECK(std::string(taker.fault().word) == "tag");
}

TEST_CASE("each slot is announced once, before it is taken, and never one that cannot be") {
  constexpr std::uint32_t kMany = 12;
  Word word{StackWord::of(Tag{0}, kNil).bits};
  Link links[link_count(kMany)] = {};
  StackPusher<LiveMemory> pusher{word, links, kMany, 0};
  StackTaker<LiveMemory> taker{word, links, kMany, 0};
  std::vector<std::uint32_t> announced;
  for (std::uint32_t slot = 0; slot < kMany; ++slot) push(pusher, slot);

  for (std::uint32_t slot = 0; slot < kMany; ++slot) {
    if (slot == 2) links[kMany - 2] = 99;  // the last but two
    const SlotIndex next = taker.take_next([&](SlotIndex near) { announced.push_back(place(near)); },
                                           [&](SlotIndex met, std::uint32_t) {
                                             CHECK(std::count(announced.begin(), announced.end(), place(met)) == 1);
                                             return true;
                                           });
    if (next == kNil) break;
  }

  CHECK(announced == std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11});
  CHECK(std::string(taker.fault().word) == "link");
}

TEST_CASE("a stack whose capacity is no power of two has more links than slots, and goes round") {
  Word word{StackWord::of(Tag{0}, kNil).bits};
  Link links[link_count(3)] = {};
  StackPusher<LiveMemory> pusher{word, links, 3, 0};
  StackTaker<LiveMemory> taker{word, links, 3, 0};
  CHECK(link_count(3) == 32);

  for (std::uint32_t round = 0; round < 25; ++round) {
    for (const std::uint32_t slot : {2U, 0U, 1U}) push(pusher, slot);
    CHECK(take(taker) == std::vector<std::uint32_t>{2, 0, 1});
  }
}

TEST_CASE("a successor of the pusher goes on from the word") {
  Stack stack;
  auto first = stack.pusher();
  auto taker = stack.taker();
  push(first, 1);

  auto second = stack.pusher();
  push(second, 2);

  CHECK(take(taker) == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("the tag may wrap between push and take") {
  Stack stack;
  const Tag last{StackWord::kTagMask};
  stack.word = StackWord::of(last, kNil).bits;
  auto pusher = stack.pusher();
  auto taker = stack.taker(StackWord::kTagMask);

  push(pusher, 0);
  push(pusher, 1);

  CHECK(take(taker) == std::vector<std::uint32_t>{0, 1});
  CHECK(StackWord{stack.word.load()}.tag() == Tag{1});
}

TEST_CASE("the word that the push will show is known when its last slot is added [I4]") {
  for (const std::uint64_t before : {std::uint64_t{0}, std::uint64_t{7}, StackWord::kTagMask}) {
    Stack stack;
    stack.word = StackWord::of(Tag{before}, kNil).bits;
    auto pusher = stack.pusher();

    const StackWord next = pusher.add(SlotIndex{0});
    CHECK(stack.word.load() == StackWord::of(Tag{before}, kNil).bits);
    pusher.push(next);

    CHECK(next.bits == StackWord::of(tag_of(before + 1), SlotIndex{0}).bits);
    CHECK(stack.word.load() == next.bits);
  }
}

TEST_CASE("more pushes than slots cannot be: the walk refuses [I3]") {
  Stack stack;
  stack.word = StackWord::of(Tag{kCapacity + 1}, SlotIndex{0}).bits;

  CHECK(take_fails(stack.taker()));
}

TEST_CASE("a top or link outside of the pool is refused, not followed") {
  Stack stack;
  stack.word = StackWord::of(Tag{1}, SlotIndex{kCapacity}).bits;
  CHECK(take_fails(stack.taker()));

  stack.links[1] = 1'000'000;
  stack.word = StackWord::of(Tag{2}, SlotIndex{0}).bits;
  auto taker = stack.taker();
  CHECK_FALSE(taker.take_all([](SlotIndex, std::uint32_t) { return true; }));
  CHECK(std::string(taker.fault().word) == "link");
  CHECK(taker.fault().value == 1'000'000);
}

TEST_CASE("links that all lead to one slot end after as many steps as the tags say") {
  Stack stack;
  stack.word = StackWord::of(Tag{kCapacity}, SlotIndex{0}).bits;
  auto taker = stack.taker();
  int steps = 0;

  REQUIRE(taker.take_all([&](SlotIndex, std::uint32_t) {
    ++steps;
    return true;
  }));

  CHECK(steps == kCapacity);
}

TEST_CASE("a visitor that has met a slot before stops the walk") {
  Stack stack;
  stack.word = StackWord::of(Tag{2}, SlotIndex{0}).bits;
  auto taker = stack.taker();
  int steps = 0;

  CHECK_FALSE(taker.take_all([&](SlotIndex, std::uint32_t) { return ++steps < 2; }));

  CHECK(std::string(taker.fault().word) == "repeated slot");
}

TEST_CASE("the link of the newest push is not read: the word says it") {
  Stack stack;
  auto pusher = stack.pusher();
  push(pusher, 0);
  stack.links[1] = 1'000'000;

  auto taker = stack.taker();

  CHECK(take(taker) == std::vector<std::uint32_t>{0});
}
