// Six processes create, attach and leave in loops, some of them killed: nobody ever sees a half-made window, no
// window goes while somebody is attached, and none is left over. Built twice: quick, and slow for longer.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "relay_messages.hpp"

using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds kDuration{SLUICE_TEST_MILLISECONDS};
constexpr unsigned kWorkers = 6;

unsigned seed() {
  const char* const given = std::getenv("SLUICE_SEED");
  return given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
}

ChildProcess worker(const TestChannel& channel, unsigned number, unsigned seed) {
  return ChildProcess{"attach_peer",
                      {number % 2 == 0 ? "producer" : "consumer", channel.instance(), std::to_string(seed)},
                      std::chrono::seconds{60}};
}

// Ends the workers; how often they were attached, all together. One that saw what may not be fails the test.
unsigned long finish(std::vector<ChildProcess>& workers) {
  unsigned long attached = 0;
  for (ChildProcess& each : workers) CHECK(each.wait() == 0);
  for (ChildProcess& each : workers) {
    const std::string said = each.read_line();
    CHECK_MESSAGE(said.starts_with("attached "), said);
    if (said.starts_with("attached ")) attached += std::stoul(said.substr(9));
  }
  return attached;
}

}  // namespace

TEST_CASE("processes that attach and leave at random never see half a window, and leave none behind") {
  const TestChannel channel;
  const unsigned first_seed = seed();
  CAPTURE(first_seed);
  std::vector<ChildProcess> workers;
  for (unsigned number = 0; number < kWorkers; ++number)
    workers.push_back(worker(channel, number, first_seed + number));

  std::this_thread::sleep_for(kDuration);  // how long the storm lasts, not a synchronisation
  const unsigned long attached = finish(workers);

  CHECK(attached > 20);
  CHECK(channel.files().empty());
}

TEST_CASE("the same while some of them are killed: the next that leaves by itself takes what a dead one left") {
  const TestChannel channel;
  const unsigned first_seed = seed();
  CAPTURE(first_seed);
  std::minstd_rand random(first_seed);
  std::vector<ChildProcess> workers;
  for (unsigned number = 0; number < kWorkers; ++number)
    workers.push_back(worker(channel, number, first_seed + number));

  const auto until = Clock::now() + kDuration;
  for (unsigned kills = 0; Clock::now() < until; ++kills) {
    std::this_thread::sleep_for(std::chrono::milliseconds{2 + random() % 8});  // the moment of a kill, at random
    const unsigned number = static_cast<unsigned>(random() % kWorkers);
    workers[number].kill();
    std::vector<ChildProcess> others;
    for (unsigned at = 0; at < kWorkers; ++at) {
      others.push_back(at == number ? worker(channel, number, first_seed + kills) : std::move(workers[at]));
    }
    workers = std::move(others);
  }
  const unsigned long attached = finish(workers);
  { auto last = tests::RelayProducer::create({.instance = channel.instance()}); }

  CHECK(attached > 0);
  CHECK(channel.files().empty());
}

TEST_CASE("scenario 8: who opens in a tight loop sees a working channel or none, while a producer comes and goes") {
  const TestChannel channel;
  ChildProcess producer = worker(channel, 0, seed());
  const auto until = Clock::now() + kDuration / 2;
  unsigned long opened = 0;
  unsigned long missing = 0;

  while (Clock::now() < until) {
    auto consumer = tests::RelayConsumer::try_open({.instance = channel.instance()});
    if (!consumer) {
      REQUIRE_MESSAGE(consumer.error().code() == sluice::ErrorCode::window_missing, consumer.error().what());
      ++missing;
      continue;
    }
    ++opened;
    while (const auto sample = consumer->take()) REQUIRE(tests::is_filled(*sample, 7));
    REQUIRE(consumer->status() == sluice::Reason::none);
  }

  CHECK(opened > 0);
  CHECK(missing > 0);
  CHECK(producer.wait() == 0);
  CHECK(channel.files().empty());
}

TEST_CASE("scenario 8: fifty consumers that open at random see a working channel or none") {
  const TestChannel channel;
  const unsigned first_seed = seed();
  CAPTURE(first_seed);
  std::vector<ChildProcess> workers;
  for (unsigned number = 0; number < 50; ++number) workers.push_back(worker(channel, 1, first_seed + number));
  workers.push_back(worker(channel, 0, first_seed));

  std::this_thread::sleep_for(kDuration);  // how long the storm lasts, not a synchronisation
  const unsigned long attached = finish(workers);

  CHECK(attached > 50);
  CHECK(channel.files().empty());
}
