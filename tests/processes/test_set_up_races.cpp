// Set-up cut short or run by two at once: there is a whole window or none, and a role has one holder.
#include <doctest/doctest.h>

#include <algorithm>
#include <barrier>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "relay_messages.hpp"
#include "relay_peers.hpp"

namespace {

// Both are told to at the same moment: one does it, the other hears who did.
void check_race(ChildProcess& one, ChildProcess& other, const std::string& verb, const std::string& done) {
  one.say(verb);
  other.say(verb);
  const std::string said = one.read_line();
  const std::string other_said = other.read_line();

  const bool one_won = said == done && other_said.starts_with("role_taken ");
  const bool other_won = other_said == done && said.starts_with("role_taken ");
  CHECK_MESSAGE(one_won != other_won, said << " / " << other_said);
  CHECK(one.ask("leave") == "left");
  CHECK(other.ask("leave") == "left");
}

}  // namespace

TEST_CASE("scenario 7: a producer killed before its window has a name leaves nothing behind") {
  const TestChannel channel;
  ChildProcess maker{"killed_maker", {channel.instance(), "before"}};

  CHECK(maker.wait() == -SIGKILL);

  CHECK(channel.files().empty());
  ChildProcess producer = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(producer.wait() == 0);
}

TEST_CASE("scenario 7: a producer killed just after its window has a name leaves one that both sides can use") {
  const TestChannel channel;
  ChildProcess maker{"killed_maker", {channel.instance(), "after"}};

  CHECK(maker.wait() == -SIGKILL);

  CHECK(channel.files().size() == 1);
  ChildProcess consumer = peer(channel);
  CHECK(consumer.ask("open") == "opened");
  CHECK(consumer.ask("take_for 30000") == "the producer is gone");
  ChildProcess producer = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(producer.ask("publish 2") == "published");
  CHECK(consumer.ask("take 3") == "1 2 the channel is empty");
  CHECK(consumer.wait() == 0);
  CHECK(producer.wait() == 0);
}

TEST_CASE("scenario 10: of two producers that race for a name one wins, and the other is told who") {
  const TestChannel channel;
  ChildProcess one = peer(channel);
  ChildProcess other = peer(channel);

  for (int round = 0; round < 200; ++round) check_race(one, other, "create", "created");

  CHECK(one.wait() == 0);
  CHECK(other.wait() == 0);
}

TEST_CASE("scenario 10: of two consumers that race for a role one wins, and the other is told who") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  ChildProcess one = peer(channel);
  ChildProcess other = peer(channel);

  for (int round = 0; round < 200; ++round) check_race(one, other, "open", "opened");

  CHECK(one.wait() == 0);
  CHECK(other.wait() == 0);
}

TEST_CASE("scenario 10: of two threads of one process that race for a role one wins") {
  const TestChannel channel;
  constexpr int rounds = 200;
  std::barrier meet(2);
  std::vector<int> winners(rounds, 0);
  std::vector<std::string> losers(rounds);

  const auto race = [&](int& won, std::string& lost, auto attempt) {
    meet.arrive_and_wait();
    const auto result = attempt();
    meet.arrive_and_wait();  // the winner stays until both are done
    static std::mutex noting;
    const std::lock_guard guard(noting);
    if (result) ++won;
    if (!result) lost = sluice::to_string(result.error().code());
  };
  const auto create = [&] { return tests::RelayProducer::try_create({.instance = channel.instance()}); };
  const auto racing = [&] {
    for (int round = 0; round < rounds; ++round) {
      race(winners[static_cast<std::size_t>(round)], losers[static_cast<std::size_t>(round)], create);
    }
  };
  std::thread other(racing);
  racing();
  other.join();

  CHECK(std::count(winners.begin(), winners.end(), 1) == rounds);
  CHECK(std::count(losers.begin(), losers.end(), "role_taken") == rounds);
}
