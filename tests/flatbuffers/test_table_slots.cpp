// A slot as FlatBuffers sees it: a buffer of flatc's own TrackSlot, valid whatever the producer is doing.
#include <doctest/doctest.h>

#include "poses.hpp"
#include "track_generated.h"

namespace {

// In one process both ends share one mapping: the slot begins before the table at a fixed distance from its end.
constexpr std::size_t kRegionBegin = 32;
constexpr std::size_t kRegionEnd = kRegionBegin + tests::TrackChannel::Message::max_bytes;

const unsigned char* slot_of(const std::uint8_t* table, std::size_t size) { return table + size - kRegionEnd; }

bool is_valid(const unsigned char* slot) {
  flatbuffers::Verifier verifier(slot, sizeof(tests::TrackChannel::Message));
  return tests::VerifyTrackSlotBuffer(verifier);
}

}  // namespace

TEST_CASE("a slot is a valid FlatBuffer while its table is built, when it is finished, and when it is published") {
  auto [producer, consumer] = sluice::in_process<tests::TrackChannel>();
  for (std::uint32_t round = 0; round < 2 * tests::TrackChannel::info.capacity; ++round) {
    auto loan = producer.loan();
    loan.builder().Finish(tests::pose(loan.builder(), 8 * round));
    const unsigned char* const slot = slot_of(loan.builder().GetBufferPointer(), loan.builder().GetSize());
    CHECK(is_valid(slot));
    CHECK(tests::GetTrackSlot(slot)->table() == nullptr);
    REQUIRE(loan.finish());
    CHECK(is_valid(slot));
    CHECK(tests::GetTrackSlot(slot)->table() == nullptr);
    REQUIRE(loan.publish());

    CHECK(is_valid(slot));
    CHECK(tests::GetTrackSlot(slot)->sluice_seq() == round + 1);
    const auto* const table = tests::GetTrackSlot(slot)->table_nested_root();
    REQUIRE(table != nullptr);
    CHECK(table->samples()->size() == 8 * round);
    CHECK(consumer.take().table() == table);
  }
}
