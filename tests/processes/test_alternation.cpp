// Channels with so few slots that both sides sleep all the time: no wake-up is ever lost.
#include <doctest/doctest.h>

#include <test_channel.hpp>

#include "take_all.hpp"

namespace {

template <class Channel>
void alternate(const char* name) {
  const TestChannel channel;
  constexpr std::uint64_t messages = 200'000;
  ChildProcess producer = tests::exchange_peer(name, channel.instance(), messages, 1, "futex");
  producer.read_line();
  auto consumer = sluice::Consumer<Channel>::open({.instance = channel.instance()});

  const tests::Taken taken = tests::take_all(consumer);

  CHECK(taken.wrong == 0);
  CHECK(taken.messages == tests::published(producer));
  CHECK(taken.messages > 1000);
  CHECK(producer.wait() == 0);
}

}  // namespace

TEST_CASE("with one slot both sides wake each other for every message") { alternate<tests::TightOneChannel>("one"); }

TEST_CASE("with two slots no wake-up is lost") { alternate<tests::TightTwoChannel>("two"); }

TEST_CASE("with four slots no wake-up is lost") { alternate<tests::TightFourChannel>("four"); }
