// The producer of a soak: publishes as fast as it can, alone and in batches, until it is killed or told to end.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <thread>

#include <sluice/channel.hpp>

#include "record.hpp"
#include "soak_messages.hpp"

namespace soak {

template <class Channel>
class Producing {
 public:
  Producing(Record& record, const std::string& instance, std::uint64_t seed)
      : record_(record), random_(seed), producer_(sluice::Producer<Channel>::create(options(instance))) {}

  void run() {
    published_ = producer_.stats().published;
    check_first_number();
    while (!record_.producer_should_end && producer_.status() == sluice::Reason::none) act();
    if (const auto fault = producer_.fault()) record_.complain("%s", fault->what());
  }

 private:
  sluice::CreateOptions options(const std::string& instance) {
    sluice::CreateOptions options;
    options.instance = instance;
    options.keep = record_.producer_is_last;  // the driver looks at the window when both have left
    options.wait = random_() % 2 == 0 ? sluice::Wait::futex : sluice::Wait::poll;
    return options;
  }

  // The channel says where a predecessor stopped; the record says where it can have stopped.
  void check_first_number() {
    const std::uint64_t least = record_.published;
    const std::uint64_t most = record_.begun;
    if (published_ < least || published_ > most) {
      record_.complain("a new producer goes on behind message %llu, the last one stopped between %llu and %llu",
                       static_cast<unsigned long long>(published_), static_cast<unsigned long long>(least),
                       static_cast<unsigned long long>(most));
    }
    record_.begun = published_;
    record_.published = published_;
  }

  void act() {
    switch (random_() % 16) {
      case 0:
        std::this_thread::sleep_for(std::chrono::microseconds{random_() % 300});  // lets the consumer fall asleep
        break;
      case 1:
        publish_batch(1 + random_() % Channel::info.capacity);
        break;
      case 2:
      case 3:
      case 4:
      case 5:
      case 6:
        publish_batch(1 + random_() % (Channel::info.capacity / 4));
        break;
      default:
        for (auto left = random_() % 200; left > 0; --left) publish_one();
    }
  }

  void publish_one() {
    auto loan = random_() % 4 == 0 ? producer_.loan() : producer_.loan_for(kPatience);
    if (!loan || random_() % 16 == 0) return;  // what is dropped is never seen
    fill(*loan, published_ + 1);
    record_.begun = published_ + 1;
    loan.publish();
    note_published(1);
  }

  void publish_batch(std::size_t wanted) {
    if (!producer_.loan_for(kPatience)) return;
    auto batch = producer_.loan_batch(wanted);
    for (std::size_t at = 0; at < batch.size(); ++at) fill(batch[at], published_ + at + 1);
    const std::size_t count = random_() % 4 == 0 ? random_() % (batch.size() + 1) : batch.size();
    record_.begun = published_ + count;
    batch.publish(count);
    note_published(count);
  }

  void note_published(std::uint64_t count) {
    published_ += count;
    record_.published = published_;
    if (published_ + Channel::info.capacity >= SeenNumbers::kMost) {
      record_.complain("more messages than the record has room for");
      record_.producer_should_end = true;
    }
  }

  static constexpr std::chrono::milliseconds kPatience{20};

  Record& record_;
  std::mt19937_64 random_;
  sluice::Producer<Channel> producer_;
  std::uint64_t published_ = 0;
};

}  // namespace soak
