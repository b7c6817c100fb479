// Bytes in a slot that no builder wrote: whatever a process that may write the window leaves there, a consumer that
// verifies reads nothing outside, says `invalid`, counts it, and goes on.
#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "poses.hpp"

using sluice::Reason;

namespace {

constexpr std::size_t kRegionBegin = 32;

template <class Channel>
struct Damaged {
  sluice::InProcess<Channel> ends = sluice::in_process<Channel>();
  unsigned char* slot = nullptr;
  std::uint8_t* table = nullptr;
  std::size_t size = 0;

  /// Publishes a sound table, and notes where it lies: in one process both ends share one mapping.
  void publish(std::size_t samples = 20) {
    constexpr std::size_t region_bytes = (Channel::Message::max_bytes + 31) / 32 * 32;
    auto loan = ends.producer.loan();
    REQUIRE(loan);
    loan.builder().Finish(tests::pose(loan.builder(), samples));
    table = loan.builder().GetBufferPointer();
    size = loan.builder().GetSize();
    slot = table + size - region_bytes - kRegionBegin;
    REQUIRE(loan.finish());
    REQUIRE(loan.publish());
  }
  void write(std::size_t at, std::uint32_t value) { std::memcpy(slot + at, &value, sizeof value); }
  std::uint32_t word(std::size_t at) const {
    std::uint32_t value = 0;
    std::memcpy(&value, slot + at, sizeof value);
    return value;
  }
};

}  // namespace

TEST_CASE("a table with a damaged byte is refused or can be read, wherever the byte is") {
  Damaged<tests::TrackChannel> channel;
  std::uint64_t refused = 0;
  channel.publish();
  channel.ends.consumer.take().release();
  for (std::size_t at = 0; at < channel.size; ++at) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      channel.publish();
      channel.table[at] = static_cast<std::uint8_t>(channel.table[at] ^ flip);
      const auto sample = channel.ends.consumer.take();
      REQUIRE(sample);
      if (const auto* const pose = sample.table()) {
        CHECK(tests::sum(*pose) > 0);
        CHECK(sample.reason() == Reason::none);
      } else {
        CHECK(sample.reason() == Reason::invalid);
        CHECK(sample.bytes().size == 0);
        ++refused;
      }
    }
  }
  CHECK(refused > channel.size / 4);
  CHECK(channel.ends.consumer.stats().invalid == refused);
  CHECK(channel.ends.producer.stats().invalid == refused);
}

TEST_CASE("a table whose reference or length leads out of its slot is refused, verified or not") {
  const auto check = [](auto channel) {
    channel.publish();
    const std::uint32_t distance = channel.word(16);
    channel.ends.consumer.take().release();
    const std::uint32_t bad_distances[] = {0,           4,           8,          11, distance + 1, distance + 2,
                                           0x7fff'ffff, 0xffff'fff0, 0xffff'ffff};
    for (const std::uint32_t bad : bad_distances) {
      channel.publish();
      channel.write(16, bad);
      const auto sample = channel.ends.consumer.take();
      CHECK_MESSAGE(sample.table() == nullptr, bad);
      CHECK(sample.reason() == Reason::invalid);
    }
    for (const std::uint32_t bad : {0U, 8U, 11U, 0x7fff'ffffU, 0xffff'ffffU}) {
      channel.publish();
      channel.write(16 + channel.word(16), bad);
      const auto sample = channel.ends.consumer.take();
      CHECK_MESSAGE(sample.table() == nullptr, bad);
      std::vector<std::uint8_t> mine;
      CHECK_FALSE(sample.copy_to(mine));
    }
    channel.publish();
    channel.write(4, channel.word(4) - 8);  // the vtable without a table
    CHECK(channel.ends.consumer.take().table() == nullptr);
    channel.publish();
    channel.write(4, 0x8000'0000);
    CHECK(channel.ends.consumer.take().table() == nullptr);

    channel.publish();
    CHECK(channel.ends.consumer.take().table() != nullptr);
  };
  check(Damaged<tests::TrackChannel>{});
  check(Damaged<tests::TrustedChannel>{});
}

TEST_CASE("a table is verified once, with the first look at it") {
  Damaged<tests::TrackChannel> channel;
  channel.publish();
  const auto sample = channel.ends.consumer.take();
  REQUIRE(sample.table() != nullptr);

  std::memset(channel.table, 0xff, channel.size);

  CHECK(sample.table() != nullptr);
  CHECK(channel.ends.consumer.stats().invalid == 0);
}

TEST_CASE("a refused table is counted once, however often it is looked at") {
  Damaged<tests::TrackChannel> channel;
  channel.publish();
  std::memset(channel.table, 0xff, channel.size);
  const auto sample = channel.ends.consumer.take();

  CHECK(sample.table() == nullptr);
  CHECK(sample.table() == nullptr);
  CHECK(sample.bytes().data == nullptr);

  CHECK(channel.ends.consumer.stats().invalid == 1);
}

TEST_CASE("a table that was never looked at is not verified") {
  Damaged<tests::TrackChannel> channel;
  channel.publish();
  std::memset(channel.table, 0xff, channel.size);

  channel.ends.consumer.take().release();

  CHECK(channel.ends.consumer.stats().invalid == 0);
}

TEST_CASE("a copy is verified for itself: one of a damaged table is empty") {
  Damaged<tests::TrustedChannel> channel;
  channel.publish();
  channel.table[0] = 0xf0;
  std::vector<std::uint8_t> mine{1};

  CHECK_FALSE(channel.ends.consumer.take().copy_to(mine));

  CHECK(mine.empty());
}

TEST_CASE("a table nested deeper than 64 levels is refused") {
  auto [producer, consumer] = sluice::in_process<tests::NewestChannel>();
  const auto nested = [](flatbuffers::FlatBufferBuilder& builder, int levels) {
    const auto name = builder.CreateString("n");
    auto pose = tests::geo::CreatePose(builder, nullptr, name);
    for (int level = 1; level < levels; ++level) {
      const auto parts = builder.CreateVector(&pose, 1);
      pose =
          tests::geo::CreatePose(builder, nullptr, name, tests::geo::Kind_wheel, 0, tests::geo::Shape_NONE, 0, parts);
    }
    return pose;
  };
  for (const int levels : {30, 64, 65}) {
    auto loan = producer.loan();
    const bool finished = loan.finish(nested(loan.builder(), levels));
    REQUIRE_MESSAGE(finished, levels);
    REQUIRE(loan.publish());
    CHECK_MESSAGE((consumer.take().table() != nullptr) == (levels <= 64), levels);
  }
}
