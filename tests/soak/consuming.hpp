// The consumer of a soak: takes, keeps some for a while, and judges each message by the record.
// A message goes into the record before it is released: a kill in between makes it come again, marked.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sluice/channel.hpp>

#include "record.hpp"
#include "soak_messages.hpp"

namespace soak {

template <class Channel>
class Consuming {
  using Sample = sluice::Sample<typename Channel::Message>;

 public:
  Consuming(Record& record, const std::string& instance, std::uint64_t seed)
      : record_(record),
        random_(seed),
        consumer_(sluice::Consumer<Channel>::open_for(std::chrono::seconds{30}, options(instance))) {}

  void run() {
    while (!record_.consumer_should_end && consumer_.status() == sluice::Reason::none) act();
    while (take(consumer_.take())) release_one();  // the producer has left: to the end
    while (!held_.empty()) release_one();
    if (const auto fault = consumer_.fault()) record_.complain("%s", fault->what());
  }

 private:
  // Order latest: with one message unread, one loaned and three here, five slots suffice; so do eight with these.
  static constexpr std::size_t kMostHeld = Channel::info.order == sluice::Order::latest ? 2 : 6;

  sluice::OpenOptions options(const std::string& instance) {
    sluice::OpenOptions options;
    options.instance = instance;
    options.wait = random_() % 2 == 0 ? sluice::Wait::futex : sluice::Wait::poll;
    return options;
  }

  void act() {
    if (random_() % 4096 == 0) std::this_thread::sleep_for(std::chrono::microseconds{random_() % 300});  // it fills up
    published_before_ = random_() % 8 == 0 ? consumer_.stats().published : 0;
    if (!take(random_() % 4 == 0 ? consumer_.take() : consumer_.take_for(std::chrono::milliseconds{20}))) return;
    while (held_.size() > kMostHeld || (!held_.empty() && random_() % 2 == 0)) release_one();
  }

  bool take(Sample sample) {
    if (!sample) {
      if (sample.reason() == sluice::Reason::retired) record_.complain("the window was retired");
      record_.consumer_should_end = record_.consumer_should_end || sample.reason() == sluice::Reason::retired;
      return false;
    }
    judge(sample);
    held_.push_back(std::move(sample));
    return true;
  }

  void judge(const Sample& sample) {
    const std::uint64_t number = sample.sequence();
    if (number == 0 || number > record_.begun) return complain(number, "of which no publish was ever begun");
    if (!is_filled(*sample, number)) ++record_.torn;
    const bool repeated = record_.seen.has(number);
    if (repeated && !sample.redelivered()) ++record_.unflagged_repeats;
    if (!is_due(number, repeated)) complain(number, "out of order");
    published_before_ = 0;
    last_ = number;
    record_.seen.add(number);
    record_.highest = std::max(record_.highest.load(), number);
    ++record_.handed_out;
  }

  // Fifo: what is new comes without a gap. Lifo: nothing older than the newest there was, unless that had come.
  // Latest: never back, and nothing older than the newest there was.
  bool is_due(std::uint64_t number, bool repeated) const {
    if constexpr (Channel::info.order == sluice::Order::fifo) {
      return number > last_ && (repeated || number == record_.highest + 1);
    } else if constexpr (Channel::info.order == sluice::Order::lifo) {
      return number >= published_before_ || record_.seen.has(published_before_);
    } else {
      return number > last_ && number >= record_.highest && number >= published_before_;
    }
  }

  void complain(std::uint64_t number, const char* what) {
    record_.complain("message %llu came %s: before it this consumer had %llu, the highest so far was %llu",
                     static_cast<unsigned long long>(number), what, static_cast<unsigned long long>(last_),
                     static_cast<unsigned long long>(record_.highest.load()));
  }

  void release_one() {
    const auto at = static_cast<std::ptrdiff_t>(random_() % held_.size());
    const Sample& sample = held_[static_cast<std::size_t>(at)];
    if (!is_filled(*sample, sample.sequence())) ++record_.torn;  // it may not change while it is held
    held_.erase(held_.begin() + at);
  }

  Record& record_;
  std::mt19937_64 random_;
  sluice::Consumer<Channel> consumer_;
  std::vector<Sample> held_;
  std::uint64_t published_before_ = 0;  // what stats() said before this take; 0: it was not asked
  std::uint64_t last_ = 0;
};

}  // namespace soak
