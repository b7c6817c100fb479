// Arrays and sequences of tables: flatc's code finds every element where ours has it, in new, filled, assigned and
// copied messages, and what is done to a sequence leaves a valid FlatBuffer.
// test_language.py compiles and runs it; with a folder as its argument it leaves a message there for flatc.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>
#include <flatbuffers/flatbuffers.h>

#include <array>
#include <cstring>
#include <fstream>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <test/gen/tables.channel.hpp>

#include "tables_generated.h"  // what flatc makes of tables.fbs, moved to a namespace of its own

namespace {

using test::gen::Branch;
using test::gen::Leaf;
using test::gen::Tables;
using test::gen::Track;
namespace fb = tables_by_flatc::test::gen;

// A slot's memory as the window has it: every byte was something else before.
struct Slot {
  alignas(Tables) unsigned char bytes[sizeof(Tables)];
  Tables* message;

  Slot() {
    std::memset(bytes, 0xA5, sizeof bytes);
    message = new (bytes) Tables;
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
};

void fill(Leaf& leaf, float weight) {
  leaf.xs = {1.5, -2.5};
  leaf.name = "leaf";
  leaf.weight = weight;
}

void fill(Tables& message) {
  Track& track = message.tracks.emplace_back();
  track.id = 1;
  Branch& branch = track.branches.emplace_back();
  branch.id = 2;
  fill(branch.leaves.emplace_back(), 3);
  fill(branch.leaves.emplace_back(), 4);
  fill(branch.pair[1], 5);
  fill(track.trunk.pair[0], 6);
  message.tracks.push_back(track);
  message.tracks[1].id = 11;
  message.corners[1].at = {1, 2};
  message.corners[1].label = "abc";
  message.marks[2].label = "m";
  message.nothings.resize(2);
  message.late.push_back(message.tracks[1]);
}

bool verifies(const Tables& message) {
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(&message), sizeof message);
  return fb::VerifyTablesBuffer(verifier);
}

template <class Ours, class Theirs>
void check_elements(const Ours& ours, const Theirs* theirs) {
  REQUIRE(theirs->size() == ours.size());
  for (std::size_t at = 0; at < ours.size(); ++at) {
    CHECK(static_cast<const void*>(theirs->Get(static_cast<unsigned>(at))) == &ours[at]);
  }
}

void check_places(const Branch& branch, const fb::Branch* theirs) {
  check_elements(branch.leaves, theirs->leaves());
  check_elements(branch.pair, theirs->pair());
  CHECK(static_cast<const void*>(theirs->pair()->Get(1)->name()->c_str()) == branch.pair[1].name.view().data());
}

void check_places(const Tables& message) {
  REQUIRE(verifies(message));
  const auto* theirs = fb::GetTables(&message);
  check_elements(message.tracks, theirs->tracks());
  check_elements(message.corners, theirs->corners());
  check_elements(message.marks, theirs->marks());
  check_elements(message.nothings, theirs->nothings());
  check_elements(message.late, theirs->late());
  CHECK(static_cast<const void*>(theirs->nothing()) == &message.nothing);
  for (unsigned at = 0; at < message.tracks.size(); ++at) {
    const Track& track = message.tracks[at];
    check_elements(track.branches, theirs->tracks()->Get(at)->branches());
    check_places(track.trunk, theirs->tracks()->Get(at)->trunk());
    for (unsigned of = 0; of < track.branches.size(); ++of) {
      check_places(track.branches[of], theirs->tracks()->Get(at)->branches()->Get(of));
    }
  }
}

void check_filled(const Tables& message) {
  check_places(message);
  const auto* theirs = fb::GetTables(&message);
  REQUIRE(theirs->tracks()->size() == 2);
  CHECK(theirs->tracks()->Get(0)->id() == 1);
  CHECK(theirs->tracks()->Get(1)->id() == 11);
  const auto* branch = theirs->tracks()->Get(1)->branches()->Get(0);
  CHECK(branch->leaves()->Get(1)->weight() == 4);
  CHECK(branch->leaves()->Get(1)->xs()->Get(1) == -2.5);
  CHECK(branch->pair()->Get(0)->weight() == 0.5F);
  CHECK(branch->pair()->Get(1)->name()->str() == "leaf");
  CHECK(theirs->late()->Get(0)->id() == 11);
  CHECK(theirs->corners()->Get(1)->at()->Get(1) == 2);
  CHECK(theirs->marks()->Get(2)->label()->str() == "m");
}

}  // namespace

TEST_CASE("new, filled, assigned and copied messages are FlatBuffers, each element at its constant place") {
  Slot made;
  check_places(*made.message);
  fill(*made.message);
  check_filled(*made.message);

  Slot assigned;
  *assigned.message = *made.message;
  check_filled(*assigned.message);
  const auto copied = std::make_unique<Tables>(*made.message);
  check_filled(*copied);
  *assigned.message = Tables{};
  check_places(*assigned.message);
  CHECK(assigned.message->tracks.empty());
}

TEST_CASE("a loan's defaults touch the lengths of sequences only, and every element of arrays") {
  Slot slot;
  fill(*slot.message);
  const float behind = slot.message->tracks[1].branches[0].leaves[1].weight;

  slot.message->set_defaults_();

  check_places(*slot.message);
  CHECK(slot.message->tracks.empty());
  CHECK(slot.message->tracks.data()[1].branches.data()[0].leaves.data()[1].weight == behind);
  CHECK(slot.message->corners[1].label == "");
  CHECK(slot.message->corners[1].at[1] == 0);
  CHECK(slot.message->after == 7);
}

TEST_CASE("clear_lengths_ empties what stands in the elements of an array, and keeps the rest") {
  Slot slot;
  fill(*slot.message);

  slot.message->clear_lengths_();

  CHECK(slot.message->tracks.empty());
  CHECK(slot.message->corners[1].label == "");
  CHECK(slot.message->corners[1].at[1] == 2);
}

TEST_CASE("an element that is added has its defaults, whatever lay there before") {
  Slot slot;
  fill(*slot.message);
  slot.message->tracks.clear();

  CHECK(slot.message->tracks.emplace_back().id == 9);
  CHECK(slot.message->tracks[0].branches.empty());
  CHECK(slot.message->tracks[0].trunk.pair[0].weight == 0.5F);
  slot.message->tracks.resize(2);

  CHECK(slot.message->tracks[1].id == 9);
  check_places(*slot.message);
}

TEST_CASE("assignment copies the elements in use and no other") {
  Slot from;
  Slot to;
  fill(*from.message);
  fill(*to.message);
  from.message->tracks.resize(1);
  to.message->tracks[1].id = 99;

  *to.message = *from.message;

  CHECK(to.message->tracks.size() == 1);
  CHECK(to.message->tracks.data()[1].id == 99);
}

TEST_CASE("a message assigned to itself stays as it is") {
  Slot slot;
  fill(*slot.message);
  const Tables& same = *slot.message;

  *slot.message = same;

  check_filled(*slot.message);
}

TEST_CASE("what would pass the bound throws with field, bound and size, and the try_ members say no") {
  Slot slot;
  slot.message->tracks.resize(3);
  const Track track;
  const std::array<Track, 4> many;

  CHECK(slot.message->tracks.try_emplace_back() == nullptr);
  CHECK_FALSE(slot.message->tracks.try_push_back(track));
  CHECK_FALSE(slot.message->tracks.try_assign(many.begin(), many.end()));
  const char* const text = "sluice: field 'Tables.tracks' (Track[<=3]) holds at most 3, not 4";
  CHECK_THROWS_WITH_AS(slot.message->tracks.emplace_back(), text, std::length_error);
  CHECK_THROWS_WITH_AS(slot.message->tracks.push_back(track), text, std::length_error);
  CHECK_THROWS_WITH_AS(slot.message->tracks.resize(4), text, std::length_error);
  CHECK_THROWS_WITH_AS(slot.message->tracks.assign(many.begin(), many.end()), text, std::length_error);
  CHECK(slot.message->tracks.size() == 3);
}

TEST_CASE("a range of elements is assigned, and iterates as it was") {
  Slot slot;
  std::array<Track, 2> two;
  two[1].id = 5;

  slot.message->tracks.assign(two.begin(), two.end());

  unsigned sum = 0;
  for (const Track& track : slot.message->tracks) sum += track.id;
  CHECK(sum == 14);
  check_places(*slot.message);
}

TEST_CASE("a length and references that a peer has overwritten lead nowhere outside") {
  Slot slot;
  fill(*slot.message);
  std::memset(static_cast<void*>(&slot.message->tracks), 0xFF, sizeof(std::uint32_t) * 4);  // length, references

  CHECK(slot.message->tracks.size() == 3);
  CHECK(&slot.message->tracks[2] == slot.message->tracks.data() + 2);
  const auto copied = std::make_unique<Tables>(*slot.message);
  CHECK(copied->tracks.size() == 3);
  CHECK(copied->tracks[0].id == 1);
  check_places(*copied);
}

int main(int count, char** arguments) {
  if (count == 2 && arguments[1][0] == '/') {
    Slot made;
    fill(*made.message);
    std::ofstream file(std::string(arguments[1]) + "/filled.bin", std::ios::binary);
    file.write(reinterpret_cast<const char*>(made.bytes), sizeof made.bytes);
    return 0;
  }
  return doctest::Context(count, arguments).run();
}
