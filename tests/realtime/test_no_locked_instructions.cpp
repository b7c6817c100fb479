// Orders fifo and lifo run no locked instruction and no full fence while nobody sleeps: seen in the machine code that
// a child really runs, one instruction after the other.
#include <doctest/doctest.h>

#include <atomic>
#include <cstdio>
#include <optional>

#include "rounds.hpp"
#include "stepped.hpp"

namespace {

constexpr std::uint64_t kMessages = 20;

template <class Channel>
tests::Stepped stepped_rounds(const TestChannel& channel) {
  std::optional<tests::Ends<Channel>> ends;
  const auto prepare = [&] {
    ends.emplace(tests::both_ends<Channel>(channel));
    tests::rounds(*ends, kMessages);  // the dynamic linker looks names up at their first call, under a lock
  };
  return tests::step_through(prepare, [&] { tests::rounds(*ends, kMessages); });
}

void check_none(const tests::Stepped& stepped, const char* name) {
  if (!stepped.is_possible) {
    MESSAGE("not run: this machine or system lets no process step through its child");
    return;
  }
  std::printf("%s: %llu instructions for %llu messages, %llu of them locked\n", name,
              static_cast<unsigned long long>(stepped.instructions), static_cast<unsigned long long>(kMessages),
              static_cast<unsigned long long>(stepped.locked));
  CHECK(stepped.instructions > kMessages);
  CHECK(stepped.locked == 0);
}

}  // namespace

TEST_CASE("no message of order fifo is paid for with a locked instruction") {
  const TestChannel channel(TestChannel::Leftovers::expected);  // the child is killed in the end
  check_none(stepped_rounds<tests::HotFifoChannel>(channel), "fifo");
}

TEST_CASE("no message of order lifo is paid for with a locked instruction") {
  const TestChannel channel(TestChannel::Leftovers::expected);  // the child is killed in the end
  check_none(stepped_rounds<tests::HotLifoChannel>(channel), "lifo");
}

TEST_CASE("the proof can fail: the exchange of order latest is seen, and so are fences and exchanges with memory") {
  const TestChannel channel(TestChannel::Leftovers::expected);  // the child is killed in the end
  const tests::Stepped latest = stepped_rounds<tests::HotLatestChannel>(channel);
  if (!latest.is_possible) return;
  CHECK(latest.locked >= kMessages);

  std::atomic<int> word{0};
  const auto nothing = [] {};
  CHECK(tests::step_through(nothing, [&] { word.exchange(1); }).locked >= 1);
  CHECK(tests::step_through(nothing, [] { asm volatile("mfence"); }).locked == 1);
  CHECK(tests::step_through(nothing, [&] { word.store(1, std::memory_order_release); }).locked == 0);
}

TEST_CASE("one fence follows each push once the taker sleeps") {
  const TestChannel channel(TestChannel::Leftovers::expected);  // the child is killed in the end
  std::optional<sluice::Producer<tests::HotFifoChannel>> producer;
  std::optional<sluice::Consumer<tests::HotFifoChannel>> consumer;
  const auto publish = [&] {
    auto loan = producer->loan();
    loan.publish();
  };
  const auto prepare = [&] {
    producer.emplace(sluice::Producer<tests::HotFifoChannel>::create({.instance = channel.instance()}));
    consumer.emplace(sluice::Consumer<tests::HotFifoChannel>::open({.instance = channel.instance()}));
    publish();
    static_cast<void>(consumer->take());
    static_cast<void>(consumer->take_for(std::chrono::milliseconds(1)));  // sleeps, and may again
    publish();
  };

  const tests::Stepped stepped = tests::step_through(prepare, publish);

  if (stepped.is_possible) CHECK(stepped.locked == 1);
}
