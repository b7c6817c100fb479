// Batches of loans: published whole, in part, or not at all; and what misuse of them does.
#include <doctest/doctest.h>

#include <optional>
#include <utility>
#include <vector>

#include "relay_messages.hpp"

namespace {

using sluice::Reason;
constexpr std::size_t kSlots = tests::RelayChannel::info.capacity;

std::size_t free_slots(tests::RelayProducer& producer) {
  std::vector<sluice::Loan<tests::Relay>> loans;
  while (auto loan = producer.loan()) loans.push_back(std::move(loan));
  return loans.size();
}

std::vector<std::uint64_t> values_taken(tests::RelayConsumer& consumer) {
  std::vector<std::uint64_t> values;
  while (const auto sample = consumer.take()) values.push_back(sample->value);
  return values;
}

}  // namespace

TEST_CASE("a batch arrives in the order of its indices") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  auto batch = producer.loan_batch(3);
  for (std::size_t at = 0; at < batch.size(); ++at) batch[at].value = 10 + at;

  CHECK(batch.publish());

  CHECK(values_taken(consumer) == std::vector<std::uint64_t>{10, 11, 12});
}

TEST_CASE("of a batch that is published in part the first messages arrive and the other slots stay") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  auto batch = producer.loan_batch(5);
  for (std::size_t at = 0; at < batch.size(); ++at) batch[at].value = 10 + at;

  CHECK(batch.publish(2));

  CHECK(values_taken(consumer) == std::vector<std::uint64_t>{10, 11});
  CHECK(free_slots(producer) == kSlots);
}

TEST_CASE("an uninitialized batch holds what earlier messages left, but for texts and sequences") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  {
    auto earlier = producer.loan_batch(kSlots);
    for (tests::Relay& message : earlier) message.value = 7;
    for (tests::Relay& message : earlier) message.text = "left";
    CHECK(earlier.publish());
  }
  CHECK(values_taken(consumer).size() == kSlots);

  for (const tests::Relay& message : producer.loan_batch_uninitialized(kSlots)) {
    CHECK(message.value == 7);
    CHECK(message.text.empty());
  }
  for (const tests::Relay& message : producer.loan_batch(kSlots)) CHECK(message.value == 0);
}

TEST_CASE("a batch that is dropped publishes nothing and keeps its slots") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();

  for (std::size_t round = 0; round < kSlots; ++round) CHECK(producer.loan_batch(5).size() == 5);

  CHECK(producer.stats().published == 0);
  CHECK(free_slots(producer) == kSlots);
}

TEST_CASE("a batch of which nothing is published says no, and keeps its slots") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  auto batch = producer.loan_batch(5);

  CHECK_FALSE(batch.publish(0));

  CHECK_FALSE(batch);
  CHECK(free_slots(producer) == kSlots);
}

TEST_CASE("a batch holds what is free when more is asked for") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  auto loan = producer.loan();

  const auto batch = producer.loan_batch(static_cast<std::size_t>(-1));

  CHECK(batch.size() == kSlots - 1);
}

TEST_CASE("a batch of no messages is empty") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();

  auto batch = producer.loan_batch(0);

  CHECK_FALSE(batch);
  CHECK_FALSE(batch.publish());
}

TEST_CASE("a batch published twice is published once") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  auto batch = producer.loan_batch(2);

  CHECK(batch.publish());
  CHECK_FALSE(batch.publish());

  CHECK(producer.stats().published == 2);
}

TEST_CASE("while a batch is open a second one is refused, and single loans are not") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  auto batch = producer.loan_batch(2);

  const auto second = producer.loan_batch(2);

  CHECK(second.reason() == Reason::batch_open);
  CHECK(producer.loan());
  CHECK(batch.publish());
  CHECK(producer.loan_batch(2).size() == 2);
}

TEST_CASE("a batch that was moved is published by the one moved to") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  auto first = producer.loan_batch(2);

  auto second = std::move(first);

  CHECK_FALSE(first);  // NOLINT: what a moved-from handle does is the subject
  CHECK_FALSE(first.publish());
  CHECK(second.publish());
  CHECK(producer.stats().published == 2);
}

TEST_CASE("assigning a batch to itself changes nothing") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  auto batch = producer.loan_batch(2);

  auto& itself = batch;
  batch = std::move(itself);

  CHECK(batch.size() == 2);
  CHECK(batch.publish());
}

TEST_CASE("a batch that outlives its producer can still be published") {
  auto both = sluice::in_process<tests::RelayChannel>();
  std::optional producer = std::move(both.producer);
  auto batch = producer->loan_batch(2);

  producer.reset();

  CHECK(batch.publish());
  CHECK(values_taken(both.consumer).size() == 2);
}
