// Tables in a channel as its users see them: built in the slot, refused when too large, read in place.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "poses.hpp"

using namespace std::chrono_literals;
using sluice::Reason;
using tests::pose;

namespace {

constexpr std::size_t kMaxBytes = tests::TrackChannel::Message::max_bytes;
const std::size_t kFitting = tests::samples_for(kMaxBytes);

struct Track {
  sluice::InProcess<tests::TrackChannel> ends = sluice::in_process<tests::TrackChannel>();
  tests::TrackProducer& producer = ends.producer;
  tests::TrackConsumer& consumer = ends.consumer;

  bool publish(std::size_t samples, const char* name = "left") {
    auto loan = producer.loan();
    REQUIRE(loan);
    return loan.finish(pose(loan.builder(), samples, name)) && loan.publish();
  }
};

}  // namespace

TEST_CASE("a table is built in the slot and read where it was built") {
  Track track;
  auto loan = track.producer.loan();
  REQUIRE(loan);
  loan.builder().Finish(pose(loan.builder(), 100));
  const std::uint8_t* const built_at = loan.builder().GetBufferPointer();
  REQUIRE(loan.finish());
  CHECK(loan.reason() == Reason::none);
  REQUIRE(loan.publish());
  CHECK_FALSE(loan);

  const auto sample = track.consumer.take();

  REQUIRE(sample);
  REQUIRE(sample.table() != nullptr);
  CHECK(sample.bytes().data == built_at);
  CHECK(tests::described(*sample.table()) == "left at 3.000000, kind 2, samples 100, circle 2.500000, part wheel");
  CHECK(sample.sequence() == 1);
  CHECK_FALSE(sample.redelivered());
  CHECK(sample.reason() == Reason::none);
}

TEST_CASE("a table of max_bytes bytes is published, though its builder had to leave the slot") {
  Track track;
  auto loan = track.producer.loan();
  loan.builder().Finish(pose(loan.builder(), kFitting));
  const std::uint8_t* const built_at = loan.builder().GetBufferPointer();
  REQUIRE(loan.builder().GetSize() == kMaxBytes);

  REQUIRE(loan.finish());
  REQUIRE(loan.publish());

  const auto sample = track.consumer.take();
  REQUIRE(sample.table() != nullptr);
  CHECK(sample.bytes().size == kMaxBytes);
  CHECK(sample.bytes().data != built_at);
  CHECK(sample.table()->samples()->size() == kFitting);
}

TEST_CASE("a table with one sample more is larger than max_bytes and refused, and nothing is published of its loan") {
  Track track;
  auto loan = track.producer.loan();

  CHECK_FALSE(loan.finish(pose(loan.builder(), kFitting + 1)));

  CHECK(loan.reason() == Reason::too_large);
  CHECK_FALSE(loan.finish());  // it stays so
  CHECK_FALSE(loan.publish());
  CHECK(loan);
  CHECK(loan.reason() == Reason::too_large);
  CHECK(track.consumer.take().reason() == Reason::empty);
}

TEST_CASE("a max_bytes that is no multiple of a slot's alignment is kept to the byte") {
  auto [producer, consumer] = sluice::in_process<tests::TrustedChannel>();
  const std::size_t fitting = tests::samples_for(1000);
  {
    auto loan = producer.loan();
    CHECK_FALSE(loan.finish(pose(loan.builder(), fitting + 1)));
  }
  auto loan = producer.loan();
  CHECK(loan.finish(pose(loan.builder(), fitting)));
  CHECK(loan.publish());
  const auto sample = consumer.take();
  CHECK(sample.bytes().size == 1000);
}

TEST_CASE("a table a thousand times too large is refused as cleanly, and the next one is built in its slot again") {
  Track track;
  for (int round = 0; round < 3; ++round) {
    auto loan = track.producer.loan();
    CHECK_FALSE(loan.finish(pose(loan.builder(), 1000 * kMaxBytes)));
    CHECK(loan.reason() == Reason::too_large);
  }
  auto loan = track.producer.loan();
  loan.builder().Finish(pose(loan.builder(), 8));
  const std::uint8_t* const built_at = loan.builder().GetBufferPointer();
  REQUIRE(loan.finish());
  REQUIRE(loan.publish());
  CHECK(track.consumer.take().bytes().data == built_at);
}

TEST_CASE("a loan that is dropped halfway costs no slot and leaves nothing behind") {
  Track track;
  for (std::uint32_t round = 0; round < 3 * tests::TrackChannel::info.capacity; ++round) {
    auto loan = track.producer.loan();
    REQUIRE(loan);
    const auto name = loan.builder().CreateString("half");
    tests::geo::PoseBuilder open(loan.builder());  // never ended
    open.add_name(name);
  }

  CHECK(track.publish(8, "whole"));
  const auto sample = track.consumer.take();
  REQUIRE(sample.table() != nullptr);
  CHECK(sample.table()->name()->str() == "whole");
}

TEST_CASE("one table is built at a time, and as many finished ones may wait as there are slots") {
  Track track;
  auto first = track.producer.loan();
  pose(first.builder(), 8);
  CHECK(track.producer.loan().reason() == Reason::building);
  CHECK(track.producer.loan_for(1s).reason() == Reason::building);
  REQUIRE(first.finish(pose(first.builder(), 8, "first")));

  auto second = track.producer.loan();
  REQUIRE(second);
  REQUIRE(second.finish(pose(second.builder(), 8, "second")));
  REQUIRE(second.publish());
  REQUIRE(first.publish());

  CHECK(track.consumer.take().table()->name()->str() == "second");
  CHECK(track.consumer.take().table()->name()->str() == "first");
}

TEST_CASE("a failed table makes room for the next one before its loan is gone") {
  Track track;
  auto failed = track.producer.loan();
  REQUIRE_FALSE(failed.finish(pose(failed.builder(), kFitting + 1)));

  auto next = track.producer.loan();

  REQUIRE(next);
  CHECK(next.finish(pose(next.builder(), kFitting)));
  CHECK_FALSE(failed.publish());
  CHECK(next.publish());
}

TEST_CASE("what is not finished is not published") {
  Track track;
  auto loan = track.producer.loan();
  SUBCASE("a table without finish()") { pose(loan.builder(), 8); }
  SUBCASE("no root") { CHECK_FALSE(loan.finish(tests::Root())); }
  SUBCASE("nothing at all") { CHECK_FALSE(loan.finish()); }
  SUBCASE("a table that is still open") {
    const auto root = pose(loan.builder(), 8);
    const auto name = loan.builder().CreateString("open");
    tests::geo::PoseBuilder open(loan.builder());
    open.add_name(name);
    CHECK_FALSE(loan.finish(root));
  }
  SUBCASE("a root of another builder") { CHECK_FALSE(loan.finish(tests::Root(4000))); }

  CHECK_FALSE(loan.publish());

  CHECK(loan.reason() == Reason::unfinished);
  CHECK(track.consumer.take().reason() == Reason::empty);
}

TEST_CASE("a loan may move while its table is built") {
  Track track;
  auto loan = track.producer.loan();
  const auto root = pose(loan.builder(), 8, "moved");

  auto moved = std::move(loan);

  CHECK_FALSE(loan);
  CHECK_FALSE(loan.publish());
  CHECK(loan.reason() == Reason::moved_from);
  REQUIRE(moved.finish(root));
  CHECK(moved.publish());
  CHECK(track.consumer.take().table()->name()->str() == "moved");
}

TEST_CASE("a builder that is used after finish() does not reach the message") {
  Track track;
  auto loan = track.producer.loan();
  auto& builder = loan.builder();
  REQUIRE(loan.finish(pose(builder, 8, "kept")));
  REQUIRE(loan.publish());

  for (int times = 0; times < 100; ++times) builder.CreateString("a text that would lie over the message");

  const auto sample = track.consumer.take();
  REQUIRE(sample.table() != nullptr);
  CHECK(sample.table()->name()->str() == "kept");
  CHECK(track.publish(8, "next"));
  CHECK(track.consumer.take().table()->name()->str() == "next");
}

TEST_CASE("generated code may finish the builder itself, with the schema's identifier") {
  Track track;
  auto loan = track.producer.loan();
  tests::geo::FinishPoseBuffer(loan.builder(), pose(loan.builder(), 8));

  REQUIRE(loan.finish());
  REQUIRE(loan.publish());

  CHECK(tests::geo::PoseBufferHasIdentifier(track.consumer.take().bytes().data));
}

TEST_CASE("finish() writes the identifier that it is given") {
  Track track;
  auto loan = track.producer.loan();

  REQUIRE(loan.finish(pose(loan.builder(), 8), tests::geo::PoseIdentifier()));
  REQUIRE(loan.publish());

  CHECK(tests::geo::PoseBufferHasIdentifier(track.consumer.take().bytes().data));
}

TEST_CASE("a full channel refuses the loan, and a wait for a slot ends in time") {
  Track track;
  for (std::uint32_t at = 0; at < tests::TrackChannel::info.capacity; ++at) REQUIRE(track.publish(8));

  CHECK(track.producer.loan().reason() == Reason::full);
  CHECK(track.producer.loan_for(1ms).reason() == Reason::timeout);
  track.consumer.take().release();
  CHECK(track.publish(8));
}

TEST_CASE("a copy has the table's bytes and stays when the sample is gone") {
  Track track;
  REQUIRE(track.publish(100, "copied"));
  std::vector<std::uint8_t> mine{1, 2, 3};
  auto sample = track.consumer.take();

  REQUIRE(sample.copy_to(mine));
  sample.release();
  CHECK(sample.table() == nullptr);
  CHECK(sample.bytes().size == 0);
  CHECK_FALSE(sample.copy_to(mine = {1}));
  CHECK(mine.empty());
}

TEST_CASE("a sample may move, before and after its table was looked at") {
  Track track;
  REQUIRE(track.publish(8, "moving"));
  auto sample = track.consumer.take();

  auto second = std::move(sample);
  CHECK(sample.table() == nullptr);
  CHECK(sample.reason() == Reason::moved_from);
  const auto* const table = second.table();
  auto third = std::move(second);

  CHECK(third.table() == table);
  CHECK(second.table() == nullptr);
  CHECK(third.table()->name()->str() == "moving");
}

TEST_CASE("of order latest only the newest table is read") {
  auto [producer, consumer] = sluice::in_process<tests::NewestChannel>();
  for (const char* name : {"old", "older", "newest"}) {
    auto loan = producer.loan();
    REQUIRE(loan.finish(pose(loan.builder(), 8, name)));
    REQUIRE(loan.publish());
  }

  CHECK(consumer.take().table()->name()->str() == "newest");
  CHECK(producer.stats().dropped == 2);
}

TEST_CASE("handles may outlive their producer and their consumer") {
  tests::TrackChannel::Message::Root const* table = nullptr;
  sluice::Loan<tests::TrackChannel::Message> loan;
  sluice::Sample<tests::TrackChannel::Message> sample;
  tests::Root root;
  {
    Track track;
    REQUIRE(track.publish(8, "outlives"));
    sample = track.consumer.take();
    loan = track.producer.loan();
    root = pose(loan.builder(), 8);
  }

  table = sample.table();
  REQUIRE(table != nullptr);
  CHECK(table->name()->str() == "outlives");
  CHECK(loan.finish(root));
  CHECK(loan.publish());
}
