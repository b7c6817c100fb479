// Both roles as threads on one mapping: where ThreadSanitizer can see a missing release or acquire.
// The payload is plain memory on purpose: it is what the stack's order protects.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include <demo/imu.channel.hpp>

using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kMessages = 1'000'000;

void fill(demo::Imu& message, std::uint64_t number) {
  message.stamp = number;
  message.accel[0] = static_cast<float>(number % 1000);
  message.status = number % 2 == 0 ? demo::Status::ok : demo::Status::saturated;
  message.label = number % 3 == 0 ? "third" : "other";
  message.valid = number % 5 == 0;
}

bool is_filled(const demo::Imu& message, std::uint64_t number) {
  return message.stamp == number && message.accel[0] == static_cast<float>(number % 1000) &&
         message.status == (number % 2 == 0 ? demo::Status::ok : demo::Status::saturated) &&
         message.label == (number % 3 == 0 ? "third" : "other") && message.valid == (number % 5 == 0);
}

// Publishes kMessages with `publish_next(number)`, which says whether it found a slot, while this thread takes
// with `take()`; every message is checked for content and order.
template <class PublishNext, class Take>
void exchange(PublishNext publish_next, Take take) {
  std::atomic<bool> started{false};
  std::thread producing([&] {
    started = true;
    for (std::uint64_t number = 1; number <= kMessages;) {
      const std::uint64_t published = publish_next(number);
      number += published;
      if (published == 0) std::this_thread::yield();
    }
  });
  while (!started) std::this_thread::yield();
  std::uint64_t wrong = 0;
  for (std::uint64_t number = 1; number <= kMessages;) {
    const auto sample = take();
    if (!sample) {
      std::this_thread::yield();
      continue;
    }
    wrong += sample.sequence() == number && is_filled(*sample, number) ? 0 : 1;
    ++number;
  }
  producing.join();
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("a million messages between two threads arrive whole and in order") {
  auto [producer, consumer] = sluice::in_process<demo::ImuChannel>();

  exchange(
      [&, &producer = producer](std::uint64_t number) -> std::uint64_t {
        auto slot = producer.loan();
        if (!slot) return 0;
        fill(*slot, number);
        return slot.publish() ? 1 : 0;
      },
      [&consumer = consumer] { return consumer.take(); });

  CHECK(producer.stats().published == kMessages);
  CHECK(producer.stats().taken == kMessages);
  CHECK(consumer.stats().depth == 0);
}

TEST_CASE("a million messages in batches arrive whole and in order") {
  auto [producer, consumer] = sluice::in_process<demo::ImuChannel>();

  exchange(
      [&producer = producer](std::uint64_t number) -> std::uint64_t {
        auto batch = producer.loan_batch(std::min<std::uint64_t>(16, kMessages + 1 - number));
        const std::uint64_t size = batch.size();
        for (std::uint64_t at = 0; at < size; ++at) fill(batch[at], number + at);
        return batch.publish() ? size : 0;
      },
      [&consumer = consumer] { return consumer.take(); });

  CHECK(producer.stats().published == kMessages);
}

TEST_CASE("two threads that both sleep exchange messages without a lost wake-up") {
  auto [producer, consumer] = sluice::in_process<demo::ImuChannel>();

  exchange(
      [&producer = producer](std::uint64_t number) -> std::uint64_t {
        auto slot = producer.loan_for(10s);
        if (!slot) return 0;
        fill(*slot, number);
        return slot.publish() ? 1 : 0;
      },
      [&consumer = consumer] { return consumer.take_for(10s); });

  CHECK(consumer.stats().taken == kMessages);
}
