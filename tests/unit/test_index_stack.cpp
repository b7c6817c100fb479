#include <doctest/doctest.h>

#include <sluice/detail/index_stack.hpp>

#include <vector>

using namespace sluice::detail;

namespace {

constexpr std::uint32_t kCapacity = 4;

struct Stack {
  Word word{StackWord::of(Tag{0}, kNil).bits};
  Link links[kCapacity] = {};

  StackPusher<LiveMemory> pusher() { return {word, links}; }
  StackTaker<LiveMemory> taker(Tag taken = Tag{0}) { return {word, links, kCapacity, taken}; }
};

void push(StackPusher<LiveMemory>& pusher, std::uint32_t slot) { pusher.push(SlotIndex{slot}, SlotIndex{slot}, 1); }

std::vector<std::uint32_t> take(StackTaker<LiveMemory>& taker) {
  std::vector<std::uint32_t> newest_first;
  const auto count = taker.take_all([&](SlotIndex slot, std::uint32_t) {
    newest_first.push_back(place(slot));
    return true;
  });
  REQUIRE(count);
  return newest_first;
}

bool take_fails(StackTaker<LiveMemory> taker) {
  return !taker.take_all([](SlotIndex, std::uint32_t) { return true; });
}

}  // namespace

TEST_CASE("a taker gets what was pushed since its last walk, newest first") {
  Stack stack;
  auto pusher = stack.pusher();
  auto taker = stack.taker();

  push(pusher, 2);
  push(pusher, 0);
  CHECK(take(taker) == std::vector<std::uint32_t>{0, 2});

  CHECK(take(taker).empty());
  push(pusher, 3);
  CHECK(take(taker) == std::vector<std::uint32_t>{3});
}

TEST_CASE("a chain is pushed with one store and taken whole") {
  Stack stack;
  auto pusher = stack.pusher();
  auto taker = stack.taker();
  push(pusher, 3);

  pusher.link(SlotIndex{1}, SlotIndex{0});
  pusher.link(SlotIndex{2}, SlotIndex{1});
  pusher.push(SlotIndex{0}, SlotIndex{2}, 3);

  CHECK(take(taker) == std::vector<std::uint32_t>{2, 1, 0, 3});
}

TEST_CASE("the place told to a visitor counts down to 0 for the oldest") {
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

TEST_CASE("a successor of the pusher goes on from the word") {
  Stack stack;
  auto first = stack.pusher();
  auto taker = stack.taker();
  push(first, 1);

  auto second = stack.pusher();
  push(second, 2);

  CHECK(take(taker) == std::vector<std::uint32_t>{2, 1});
}

TEST_CASE("the tag may wrap between push and take") {
  Stack stack;
  const Tag last{StackWord::kTagMask};
  stack.word = StackWord::of(last, kNil).bits;
  auto pusher = stack.pusher();
  auto taker = stack.taker(last);

  push(pusher, 0);
  push(pusher, 1);

  CHECK(take(taker) == std::vector<std::uint32_t>{1, 0});
  CHECK(StackWord{stack.word.load()}.tag() == Tag{1});
}

TEST_CASE("the tag that the word will show is known before the push [I4]") {
  for (const std::uint64_t before : {std::uint64_t{0}, std::uint64_t{7}, StackWord::kTagMask}) {
    Stack stack;
    stack.word = StackWord::of(Tag{before}, kNil).bits;
    auto pusher = stack.pusher();

    const Tag intended = pusher.tag_after(1);
    push(pusher, 0);

    CHECK(StackWord{stack.word.load()}.tag() == intended);
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

  stack.links[0] = 1'000'000;
  stack.word = StackWord::of(Tag{2}, SlotIndex{0}).bits;
  auto taker = stack.taker();
  CHECK_FALSE(taker.take_all([](SlotIndex, std::uint32_t) { return true; }));
  CHECK(std::string(taker.fault().word) == "link");
  CHECK(taker.fault().value == 1'000'000);
}

TEST_CASE("a loop in the links ends after as many steps as the tags say") {
  Stack stack;
  stack.links[0] = 0;
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
  stack.links[0] = 0;
  stack.word = StackWord::of(Tag{2}, SlotIndex{0}).bits;
  auto taker = stack.taker();
  int steps = 0;

  CHECK_FALSE(taker.take_all([&](SlotIndex, std::uint32_t) { return ++steps < 2; }));

  CHECK(std::string(taker.fault().word) == "slot met twice");
}

TEST_CASE("the last link of a walk is not read") {
  Stack stack;
  auto pusher = stack.pusher();
  push(pusher, 0);
  stack.links[0] = 1'000'000;  // what lies below has been taken before: the link may be stale

  auto taker = stack.taker();

  CHECK(take(taker) == std::vector<std::uint32_t>{0});
}
