// Misuse of endpoints and handles: moved from, published or released twice, outliving their endpoint, destroyed
// in any order. Nothing wrong happens, and no slot is lost.
#include <doctest/doctest.h>

#include <optional>
#include <utility>
#include <vector>

#include <test_channel.hpp>

#include "relay_messages.hpp"
#include "tight_messages.hpp"

namespace {

using sluice::Reason;
using RelayLoan = sluice::Loan<tests::Relay>;
using RelaySample = sluice::Sample<tests::Relay>;
constexpr std::size_t kSlots = tests::RelayChannel::info.capacity;

// How many slots the producer can have at once.
std::size_t free_slots(tests::RelayProducer& producer) {
  std::vector<RelayLoan> loans;
  while (auto loan = producer.loan()) loans.push_back(std::move(loan));
  return loans.size();
}

void publish(tests::RelayProducer& producer, std::uint64_t number) {
  auto loan = producer.loan();
  REQUIRE(loan);
  tests::fill(*loan, number);
  REQUIRE(loan.publish());
}

}  // namespace

TEST_CASE("a full channel refuses the loan and counts it") {
  auto [producer, consumer] = sluice::in_process<tests::TightTwoChannel>();
  auto first = producer.loan();
  auto second = producer.loan();

  const auto third = producer.loan();

  CHECK_FALSE(third);
  CHECK(third.reason() == Reason::full);
  CHECK(producer.stats().rejected == 1);
}

TEST_CASE("a full channel refuses the batch and counts it") {
  auto [producer, consumer] = sluice::in_process<tests::TightTwoChannel>();
  auto first = producer.loan_batch(2);
  REQUIRE(first.publish());

  const auto second = producer.loan_batch(1);

  CHECK_FALSE(second);
  CHECK(second.reason() == Reason::full);
  CHECK(producer.stats().rejected == 1);
}

TEST_CASE("an empty channel yields an empty sample") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();

  const auto sample = consumer.take();

  CHECK_FALSE(sample);
  CHECK(sample.reason() == Reason::empty);
}

TEST_CASE("a handle made by default is empty") {
  CHECK_FALSE(RelayLoan());
  CHECK_FALSE(RelaySample());
  CHECK_FALSE(sluice::LoanBatch<tests::Relay>());
}

TEST_CASE("a loan that is dropped goes back to the producer, unpublished") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();

  for (std::size_t round = 0; round < 3 * kSlots; ++round) CHECK(producer.loan());

  CHECK(producer.stats().published == 0);
  CHECK(free_slots(producer) == kSlots);
}

TEST_CASE("a loan published twice is one message") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  auto loan = producer.loan();

  CHECK(loan.publish());
  CHECK_FALSE(loan.publish());

  CHECK_FALSE(loan);
  CHECK(loan.reason() == Reason::moved_from);
  CHECK(producer.stats().published == 1);
}

TEST_CASE("a loan that was moved from is empty, and the one moved to publishes") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  auto first = producer.loan();
  tests::fill(*first, 1);

  RelayLoan second = std::move(first);

  CHECK_FALSE(first);  // NOLINT: what a moved-from handle does is the subject
  CHECK_FALSE(first.publish());
  CHECK(second.publish());
  CHECK(tests::is_filled(*consumer.take(), 1));
}

TEST_CASE("assigning a loan to another drops that one's slot") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  auto loan = producer.loan();

  for (std::size_t round = 0; round < 2 * kSlots; ++round) {
    loan = producer.loan();
    REQUIRE(loan);
  }
  auto& itself = loan;
  loan = std::move(itself);

  CHECK(loan);
  CHECK(loan.publish());
  CHECK(free_slots(producer) == kSlots - 1);
}

TEST_CASE("a sample released twice gives its slot back once") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  publish(producer, 1);
  auto sample = consumer.take();

  sample.release();
  sample.release();

  CHECK_FALSE(sample);
  CHECK(sample.reason() == Reason::moved_from);
  CHECK(free_slots(producer) == kSlots);
}

TEST_CASE("a sample that was moved from is empty, and the one moved to keeps the message") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  publish(producer, 1);
  auto first = consumer.take();

  RelaySample second = std::move(first);
  first.release();  // NOLINT: what a moved-from handle does is the subject

  CHECK_FALSE(first);
  CHECK(second.sequence() == 1);
  CHECK(tests::is_filled(*second, 1));
  CHECK(free_slots(producer) == kSlots - 1);
}

TEST_CASE("assigning a sample to another releases that one's slot") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  RelaySample sample;

  for (std::uint64_t number = 1; number <= 3 * kSlots; ++number) {
    publish(producer, number);
    sample = consumer.take();
    REQUIRE(sample.sequence() == number);
  }
  auto& itself = sample;
  sample = std::move(itself);

  CHECK(tests::is_filled(*sample, 3 * kSlots));
  CHECK(free_slots(producer) == kSlots - 1);
}

TEST_CASE("samples released in any order all come back") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  for (std::uint64_t number = 1; number <= 6; ++number) publish(producer, number);
  std::vector<RelaySample> samples;
  while (auto sample = consumer.take()) samples.push_back(std::move(sample));

  for (const std::size_t at : {3U, 0U, 5U, 1U, 4U, 2U}) samples[at].release();

  CHECK(free_slots(producer) == kSlots);
}

TEST_CASE("a loan that outlives its producer can still be published, and the channel is left with it") {
  const TestChannel channel;
  std::optional producer = tests::RelayProducer::create({.instance = channel.instance()});
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});
  {
    auto loan = producer->loan();
    tests::fill(*loan, 1);

    producer.reset();
    CHECK(consumer.take().reason() == Reason::empty);
    CHECK(loan.publish());
  }

  CHECK(tests::is_filled(*consumer.take(), 1));
  CHECK(consumer.take().reason() == Reason::closed);
}

TEST_CASE("a sample that outlives its consumer keeps its message, and the role, until it is released") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  std::optional consumer = tests::RelayConsumer::open({.instance = channel.instance()});
  publish(producer, 1);
  auto sample = consumer->take();

  consumer.reset();

  CHECK(tests::is_filled(*sample, 1));
  CHECK(producer.wait_for_consumer({}));
  sample.release();
  CHECK_FALSE(producer.wait_for_consumer({}));
  CHECK(free_slots(producer) == kSlots);
}

TEST_CASE("handles and endpoints may go in any order") {
  const TestChannel channel;
  std::optional producer = tests::RelayProducer::create({.instance = channel.instance()});
  std::optional consumer = tests::RelayConsumer::open({.instance = channel.instance()});
  publish(*producer, 1);
  std::optional sample = consumer->take();
  std::optional loan = producer->loan();
  std::optional batch = producer->loan_batch(3);

  consumer.reset();
  producer.reset();
  batch.reset();
  loan.reset();
  sample.reset();

  CHECK(channel.files().empty());
}

TEST_CASE("an endpoint that was moved goes on, the one moved from says so") {
  auto [producer, consumer] = sluice::in_process<tests::RelayChannel>();
  auto loan = producer.loan();
  tests::fill(*loan, 1);

  tests::RelayProducer producing = std::move(producer);
  tests::RelayConsumer consuming = std::move(consumer);

  CHECK(loan.publish());
  CHECK(consuming.take().sequence() == 1);
  CHECK(producer.loan().reason() == Reason::moved_from);  // NOLINT: the subject
  CHECK(producer.loan_for({}).reason() == Reason::moved_from);
  CHECK(producer.loan_batch(1).reason() == Reason::moved_from);
  CHECK(producer.drain({}).reason() == Reason::moved_from);
  CHECK(producer.wait_for_consumer({}).reason() == Reason::moved_from);
  CHECK(producer.status() == Reason::moved_from);
  CHECK(consumer.take().reason() == Reason::moved_from);  // NOLINT: the subject
  CHECK(consumer.take_for({}).reason() == Reason::moved_from);
  CHECK(consumer.status() == Reason::moved_from);
  CHECK(producing.status() == Reason::none);
}

TEST_CASE("an endpoint assigned to another leaves that one's channel") {
  const TestChannel left;
  const TestChannel kept;
  auto producer = tests::RelayProducer::create({.instance = left.instance()});

  producer = tests::RelayProducer::create({.instance = kept.instance()});

  CHECK(left.files().empty());
  CHECK(kept.files().size() == 1);
  publish(producer, 1);
}
