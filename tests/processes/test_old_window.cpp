// A window that has been in use for years: tags about to wrap, numbers near their end, bells and epochs near 2^32.
// The words are put there while nobody is attached; then two processes go on in it.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "order_messages.hpp"
#include "take_all.hpp"
#include "window_file.hpp"

using namespace std::chrono_literals;
using namespace sluice::detail;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr std::uint64_t kTags = std::uint64_t{1} << 44;
constexpr std::uint32_t kLateBell = 0xFFFF'FFF0;  // even: awake

// Where a channel stands that has published, taken and given back that many.
struct Age {
  std::uint64_t messages;
  std::uint64_t give_backs;
};

template <class Words>
void make_bell_old(WindowFile& file, std::uint64_t part) {
  file.write(part + offsetof(Words, bell), kLateBell);
  file.write(part + offsetof(Words, armed), kLateBell);
}

// Makes a window of that age, which nobody uses.
template <class Channel>
void make_old_window(const TestChannel& channel, const Age& age) {
  { auto producer = sluice::Producer<Channel>::create({.instance = channel.instance(), .keep = true}); }
  WindowFile file(channel.own_path(Channel::info.name));
  const std::uint64_t producer = file.header().geometry.producer_offset;
  const std::uint64_t consumer = file.header().geometry.consumer_offset;
  file.write(producer + offsetof(ProducerWords, head), StackWord::of(tag_of(age.messages), kNil).bits);
  file.write(producer + offsetof(ProducerWords, published), age.messages);
  file.write(producer + offsetof(ProducerWords, collected), age.give_backs);
  file.write(consumer + offsetof(ConsumerWords, free), StackWord::of(tag_of(age.give_backs), kNil).bits);
  file.write(consumer + offsetof(ConsumerWords, finished), StackWord::of(tag_of(age.give_backs), kNil).bits);
  file.write(consumer + offsetof(ConsumerWords, claim), age.messages);
  file.write(consumer + offsetof(ConsumerWords, delivered), age.messages);
  file.write(consumer + offsetof(ConsumerWords, shared_claim), age.messages << 2);
  make_bell_old<ProducerWords>(file, producer);
  make_bell_old<ConsumerWords>(file, consumer);
}

struct Outcome {
  std::uint64_t wrong = 0;
  SteadyClock::duration longest_wait{};
};

// Two processes exchange messages in a window of that age, asleep whenever they must be.
template <class Channel>
Outcome exchange(const char* channel_name, const Age& age, std::uint64_t messages) {
  const TestChannel channel;
  make_old_window<Channel>(channel, age);
  ChildProcess producer = tests::exchange_peer(channel_name, channel.instance(), messages, 1, "futex");
  producer.read_line();
  auto consumer = sluice::Consumer<Channel>::open({.instance = channel.instance()});
  Outcome outcome;
  std::uint64_t last = 0;
  while (last < messages) {
    const auto begun = SteadyClock::now();
    const auto sample = consumer.take_for(20s);
    outcome.longest_wait = std::max(outcome.longest_wait, SteadyClock::now() - begun);
    if (!sample) {
      FAIL_CHECK("behind message " << last << ": " << sluice::to_string(sample.reason()));
      break;
    }
    const std::uint64_t number = sample.sequence() - age.messages;
    const bool is_next = Channel::info.order == sluice::Order::latest ? number > last : number == last + 1;
    outcome.wrong += is_next && !sample.redelivered() && is_filled(*sample, number) ? 0 : 1;
    last = number;
  }
  CHECK(tests::published(producer) == messages);
  CHECK(producer.wait() == 0);
  return outcome;
}

}  // namespace

TEST_CASE("scenario 23: fifo goes on over the end of its tags, of messages and of slots given back") {
  const Age age{3 * kTags - 500, kTags - 700};

  CHECK(exchange<tests::RelayChannel>("relay", age, 2000).wrong == 0);
}

TEST_CASE("scenario 23: fifo goes on where numbers come near 2^64, and 2^63") {
  for (const std::uint64_t messages : {std::uint64_t{0} - 2500, (std::uint64_t{1} << 63) - 500}) {
    CHECK(exchange<tests::RelayChannel>("relay", {messages, messages - 3}, 2000).wrong == 0);
  }
}

TEST_CASE("scenario 23: latest goes on over the end of its tags, and where its claim comes near 2^62") {
  for (const std::uint64_t messages : {7 * kTags - 50'000, (std::uint64_t{1} << 62) - 200'000}) {
    CHECK(exchange<tests::OnlyNewestChannel>("only_newest", {messages, kTags - 10}, 100'000).wrong == 0);
  }
}

TEST_CASE("scenario 23: no wake-up is lost where bells and epochs pass 2^32") {
  // One slot: each side sleeps for each message. A wake-up that is lost shows as a whole slice of 100 ms; so does a
  // machine that is busy, but not three times.
  auto shortest = SteadyClock::duration::max();
  for (int attempt = 0; attempt < 3 && shortest > 90ms; ++attempt) {
    const Outcome outcome = exchange<tests::TightOneChannel>("one", {kTags - 100, kTags - 100}, 1000);
    CHECK(outcome.wrong == 0);
    shortest = std::min(shortest, outcome.longest_wait);
  }

  CHECK(shortest < 90ms);
}
