// One side of a channel that somebody writes into: `vandal_target <instance> <channel> <role> <milliseconds>`.
// It exchanges messages as long as told, attaches anew whenever it must, and ends by saying how it went.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

#include <sluice/channel.hpp>

#include "order_messages.hpp"

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

namespace {

struct Tally {
  std::uint64_t attached = 0;
  std::uint64_t refused = 0;
  std::uint64_t poisoned = 0;
  std::uint64_t messages = 0;
};

/// A wait of 20 ms may take longer on a busy machine, and not for ever.
template <class Wait>
auto timely(Wait&& wait) {
  const auto begun = SteadyClock::now();
  auto waited = wait();
  if (SteadyClock::now() - begun > 5s) {
    std::cout << "a wait of 20 ms took more than 5 s" << std::endl;
    std::exit(1);
  }
  return waited;
}

/// Whether an endpoint is of no use any more. What it says of a fault is printed, to be read by people.
template <class Endpoint>
bool is_over(const Endpoint& endpoint, sluice::Reason reason, Tally& tally) {
  if (endpoint.status() == sluice::Reason::poisoned) {
    ++tally.poisoned;
    std::cerr << endpoint.fault().value().what() << "\n";
    return true;
  }
  return reason == sluice::Reason::retired || reason == sluice::Reason::closed;
}

template <class Channel>
void produce(sluice::Producer<Channel>& producer, SteadyClock::time_point until, Tally& tally) {
  while (SteadyClock::now() < until) {
    auto loan = timely([&] { return producer.loan_for(20ms); });
    if (!loan) {
      if (is_over(producer, loan.reason(), tally)) return;
      continue;
    }
    fill(*loan, ++tally.messages);
    loan.publish();
    (void)producer.stats();
  }
}

template <class Channel>
void consume(sluice::Consumer<Channel>& consumer, SteadyClock::time_point until, Tally& tally) {
  typename Channel::Message mine;
  while (SteadyClock::now() < until) {
    const auto sample = timely([&] { return consumer.take_for(20ms); });
    if (!sample) {
      if (is_over(consumer, sample.reason(), tally)) return;
      continue;
    }
    ++tally.messages;
    (void)is_filled(*sample, sample.sequence());  // true or not: it is read
    sample.copy_to(mine);
    (void)consumer.stats();
    (void)consumer.peer();
  }
}

/// Sides that stay would go on for ever in a window without a name.
constexpr auto kStay = 30ms;

template <class Make, class Use>
Tally run(std::chrono::milliseconds time, const Make& make, const Use& use) {
  Tally tally;
  const auto until = SteadyClock::now() + time;
  while (SteadyClock::now() < until) {
    auto made = make();
    if (!made) {
      ++tally.refused;
      std::this_thread::sleep_for(1ms);
      continue;
    }
    ++tally.attached;
    use(*made, std::min(until, SteadyClock::now() + kStay), tally);
  }
  return tally;
}

template <class Channel>
Tally run_role(const std::string& instance, const std::string& role, std::chrono::milliseconds time) {
  if (role == "producer") {
    return run(
        time, [&] { return sluice::Producer<Channel>::try_create({.instance = instance}); }, produce<Channel>);
  }
  return run(
      time, [&] { return sluice::Consumer<Channel>::try_open_for(20ms, {.instance = instance}); }, consume<Channel>);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const std::string instance = argv[1];
  const std::string channel = argv[2];
  const std::chrono::milliseconds time{std::stol(argv[4])};
  const Tally tally = channel == "fifo"   ? run_role<tests::RelayChannel>(instance, argv[3], time)
                      : channel == "lifo" ? run_role<tests::NewestFirstChannel>(instance, argv[3], time)
                                          : run_role<tests::OnlyNewestChannel>(instance, argv[3], time);
  std::cout << "attached " << tally.attached << " refused " << tally.refused << " poisoned " << tally.poisoned
            << " messages " << tally.messages << std::endl;
}
