// Orders lifo and latest with both roles as threads on one mapping, for ThreadSanitizer: as test_one_mapping.cpp.
#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <thread>

#include <order_witness.hpp>

#include <tests/newest_first.channel.hpp>
#include <tests/only_newest.channel.hpp>

namespace {

constexpr std::uint64_t kMessages = 1'000'000;

template <class Message>
void fill(Message& message, std::uint64_t number) {
  message.value = number;
  message.inverse = ~number;
  message.words = {number + 1, number + 2, number + 3};
  message.text = number % 2 == 0 ? "even" : "quite odd";
}

template <class Message>
bool is_filled(const Message& message, std::uint64_t number) {
  return message.value == number && message.inverse == ~number && message.words[2] == number + 3 &&
         message.text == (number % 2 == 0 ? "even" : "quite odd");
}

template <class Channel>
void exchange(std::size_t batch) {
  auto [producer, consumer] = sluice::in_process<Channel>();
  std::atomic<std::uint64_t> published{0};
  std::thread producing([&, &producer = producer] {
    for (std::uint64_t number = 1; number <= kMessages;) {
      auto loans = producer.loan_batch(std::min<std::uint64_t>(batch, kMessages - number + 1));
      if (!loans) {
        std::this_thread::yield();
        continue;
      }
      for (auto& message : loans) fill(message, number++);
      loans.publish();
      published.store(number - 1,
                      std::memory_order_relaxed);  // must not order what the channel has to; x86 keeps it behind
    }
  });
  OrderWitness witness(Channel::info.order, kMessages);
  std::uint64_t wrong = 0;

  while (!witness.is_complete()) {
    witness.about_to_take(published.load(std::memory_order_relaxed));
    const auto sample = consumer.take();
    if (!sample) {
      std::this_thread::yield();
      continue;
    }
    wrong += witness.may_come(sample.sequence()) && is_filled(*sample, sample.sequence()) ? 0 : 1;
  }
  producing.join();

  CHECK(wrong == 0);
  CHECK(consumer.stats().depth == 0);
  CHECK(consumer.stats().dropped == kMessages - witness.count());
}

}  // namespace

TEST_CASE("lifo: a million messages between two threads arrive whole, the newest first") {
  exchange<tests::NewestFirstChannel>(1);
}

TEST_CASE("lifo: a million messages in batches arrive whole, the newest first") {
  exchange<tests::NewestFirstChannel>(16);
}

TEST_CASE("latest: of a million messages those that arrive are whole, and never older than one before") {
  exchange<tests::OnlyNewestChannel>(1);
}

TEST_CASE("latest: of a million messages in batches those that arrive are whole, and never older than one before") {
  exchange<tests::OnlyNewestChannel>(4);
}
