// A process wrote where it must not: who meets it stops and says which word, and the next producer starts afresh.
#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <string>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "relay_messages.hpp"
#include "relay_peers.hpp"
#include "window_file.hpp"

using namespace std::chrono_literals;
using sluice::ErrorCode;
using sluice::detail::Held;
using sluice::detail::ProducerWords;

namespace {

std::string start(const TestChannel& channel) { return "sluice: " + channel.shown("tests.relay") + ": "; }

}  // namespace

TEST_CASE("poisoned: a consumer that meets an impossible word stops, says which, and stays so") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});
  WindowFile file(channel.own_path("tests.relay"));
  const std::uint64_t head_offset = file.header().geometry.producer_offset;
  file.write(head_offset, sluice::detail::StackWord::of(sluice::detail::Tag{1000}, sluice::detail::SlotIndex{0}).bits);

  const auto sample = consumer.take();
  file.write(head_offset, sluice::detail::StackWord::of(sluice::detail::Tag{0}, sluice::detail::kNil).bits);

  CHECK(sample.reason() == sluice::Reason::poisoned);
  CHECK(consumer.take().reason() == sluice::Reason::poisoned);
  CHECK(consumer.take_for(30s).reason() == sluice::Reason::poisoned);
  CHECK(consumer.status() == sluice::Reason::poisoned);
  REQUIRE(consumer.fault());
  CHECK(consumer.fault()->code() == ErrorCode::poisoned);
  CHECK(std::string(consumer.fault()->what()) ==
        start(channel) +
            "poisoned: this consumer met the tag 1000, which cannot be: a process wrote where it must not\n"
            "  hint: restart both sides; the next producer makes a new window");
  CHECK(producer.status() == sluice::Reason::none);
  CHECK_FALSE(producer.fault());
}

TEST_CASE("poisoned: a producer that meets an impossible word stops, says which, and stays so") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  WindowFile file(channel.own_path("tests.relay"));
  while (auto loan = producer.loan()) loan.publish();
  file.write(file.header().geometry.consumer_offset,
             sluice::detail::StackWord::of(sluice::detail::Tag{1}, sluice::detail::SlotIndex{64}).bits);

  CHECK(producer.loan().reason() == sluice::Reason::poisoned);

  CHECK(producer.loan_batch(1).reason() == sluice::Reason::poisoned);
  CHECK(producer.loan_for(30s).reason() == sluice::Reason::poisoned);
  CHECK(producer.drain(30s).reason() == sluice::Reason::poisoned);
  CHECK(producer.wait_for_consumer(30s).reason() == sluice::Reason::poisoned);
  REQUIRE(producer.fault());
  CHECK(std::string(producer.fault()->what()) ==
        start(channel) +
            "poisoned: this producer met the link 64, which cannot be: a process wrote where it must not\n"
            "  hint: restart both sides; the next producer makes a new window");
}

TEST_CASE("a window that holds what cannot be is replaced by the next producer, and its consumer told") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  WindowFile file(channel.own_path("tests.relay"));
  producer.kill();
  file.write(file.header().geometry.consumer_offset,
             sluice::detail::StackWord::of(sluice::detail::Tag{1000}, sluice::detail::SlotIndex{0}).bits);

  ChildProcess successor = peer(channel);
  CHECK(successor.ask("create") == "created");

  CHECK(consumer.ask("take_for 30000") == "the window is retired");
  CHECK(consumer.ask("leave") == "left");
  CHECK(consumer.ask("open") == "opened");
  CHECK(successor.ask("publish 1") == "published");
  CHECK(consumer.ask("take 2") == "1 the channel is empty");
  CHECK(consumer.wait() == 0);
  CHECK(successor.wait() == 0);
}

TEST_CASE("a window in which a slot is lost, or in two hands, is replaced by who comes when nobody is attached") {
  for (const Held mark : {Held::no, Held::yes}) {
    const TestChannel channel;
    ChildProcess producer = peer(channel);
    ChildProcess consumer = peer(channel);
    CHECK(producer.ask("create") == "created");
    CHECK(consumer.ask("open") == "opened");
    CHECK(producer.ask("publish 1") == "published");
    CHECK(consumer.ask("hold 1") == "1");
    WindowFile file(channel.own_path("tests.relay"));
    const auto geometry = file.header().geometry;
    producer.kill();
    consumer.kill();
    // The first slot is the consumer's; the second still the producer's.
    const std::uint64_t marks =
        geometry.producer_offset + sizeof(ProducerWords) + 4 * sluice::detail::link_count(geometry.capacity);
    file.write(marks + (mark == Held::yes ? 0 : 1), static_cast<std::uint8_t>(mark));

    ChildProcess successor = peer(channel);
    ChildProcess reader = peer(channel);
    CHECK(reader.ask("open").starts_with("window_missing "));
    CHECK(successor.ask("create") == "created");
    CHECK(reader.ask("open") == "opened");

    CHECK(successor.ask("publish 64") == "published");
    CHECK(reader.ask("take 1") == "1");
    CHECK(reader.wait() == 0);
    CHECK(successor.wait() == 0);
  }
}

TEST_CASE("what two killed processes left whole is gone on with, though nobody is attached") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(producer.ask("publish 3") == "published");
  CHECK(consumer.ask("hold 1") == "1");
  producer.kill();
  consumer.kill();

  ChildProcess successor = peer(channel);
  ChildProcess reader = peer(channel);
  CHECK(reader.ask("open") == "opened");
  CHECK(successor.ask("create") == "created");

  CHECK(reader.ask("take 4") == "1! 2 3 the channel is empty");
  CHECK(reader.wait() == 0);
  CHECK(successor.wait() == 0);
}

TEST_CASE("a window that a new consumer finds damaged is replaced, and both sides go on in the next one") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  WindowFile file(channel.own_path("tests.relay"));
  consumer.kill();
  file.write(file.header().geometry.consumer_offset + offsetof(sluice::detail::ConsumerWords, finished),
             std::uint64_t{77});  // no chain of no slots begins there

  ChildProcess successor = peer(channel);
  successor.say("open_for 30000");

  // The successor is attached while it looks, until it finds the damage.
  std::string said = producer.ask("wait_for_consumer 30000");
  for (int looks = 0; said == "yes" && looks < 10'000; ++looks) said = producer.ask("wait_for_consumer 30000");
  CHECK(said == "the window is retired");
  CHECK(producer.ask("leave") == "left");
  CHECK(producer.ask("create") == "created");
  successor.wait_for_line("opened");
  CHECK(producer.ask("publish 1") == "published");
  CHECK(successor.ask("take 2") == "1 the channel is empty");
  CHECK(successor.wait() == 0);
  CHECK(producer.wait() == 0);
}
