// Proves that a generated message is the FlatBuffer it claims to be: every field lies where flatc's own
// generated code finds it, in a new message, after assignment and after copying, and the Verifier agrees.
// test_generated.py compiles and runs it; with a folder as its argument it leaves three messages there, for
// readers in other languages.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>
#include <flatbuffers/idl.h>
#include <flatbuffers/reflection.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <new>
#include <string>
#include <test/gen/features.channel.hpp>

#include "descriptor_generated.h"
#include "features_generated.h"  // what flatc makes of features.fbs, moved to a namespace of its own

namespace {

using test::gen::Colour;
using test::gen::Features;
using test::gen::FeaturesChannel;
using test::gen::Level;
using test::gen::Point;
using test::gen::Pose;
namespace fb = flatc::test::gen;

// A slot's memory as the window has it: every byte was something else before.
struct Slot {
  alignas(Features) unsigned char bytes[sizeof(Features)];
  Features* message;

  Slot() {
    std::memset(bytes, 0xA5, sizeof bytes);
    message = new (bytes) Features;
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
};

void fill_track(test::gen::Track& track) {
  track.id = 7;
  track.name = "track";
  track.times = {1, 1ULL << 63};
}

void fill_pose(Pose& pose) {
  pose.valid = true;
  pose.where.x = 4.5;
  pose.where.rgb = {1, 2, 3};
  fill_track(pose.track);
  pose.covariance = {1, 2, 3, 4};
  pose.tail = 9;
}

void fill(Features& message) {
  message.flag = false;
  message.tiny = 1;
  message.large = -5;
  message.ularge = 1ULL << 63;
  message.colour = Colour::auto_;
  message.level = Level::high;
  message.point.ok = true;
  message.point.level = Level::high;
  message.bools = {true, false, true};
  message.bytes = {1, 2, 3, 4, 5};
  message.shorts = {-1, 0, 1};
  message.floats = {0.5F};
  message.doubles = {1.25, -1.25};
  message.longs = {10, 20, 30};
  message.points[1].rgb.b = 77;
  message.rgbs.push_back({4, 5, 6});
  message.rgbs.push_back({7, 8, 9});
  message.colours = {Colour::red, Colour::green};
  message.levels = {Level::low, Level::high};
  message.label = "label!";
  fill_pose(message.pose);
  message.auto_ = 11;
  message.class_ = {3, 2, 1};
  message.odd = 13;
  message.later = {6.5, 7.5};
  message.between = "ab";
  message.latest = message.pose;
  message.last = -1;
}

const fb::Features* root(const Features& message) { return fb::GetFeatures(&message); }

template <class Table>
const void* address(const Table* table, flatbuffers::voffset_t field) {
  return reinterpret_cast<const flatbuffers::Table*>(table)->GetAddressOf(field);
}

bool verifies(const Features& message) {
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(&message), sizeof message);
  return fb::VerifyFeaturesBuffer(verifier);
}

void check_place(const Pose& pose, const fb::Pose* table) {
  CHECK(static_cast<const void*>(table) == &pose);
  CHECK(address(table, fb::Pose::VT_VALID) == &pose.valid);
  CHECK(static_cast<const void*>(table->where()) == &pose.where);
  CHECK(address(table, fb::Pose::VT_TAIL) == &pose.tail);
  CHECK(static_cast<const void*>(table->covariance()->data()) == pose.covariance.data());
  CHECK(table->covariance()->size() == 4);
  const auto* track = table->track();
  CHECK(static_cast<const void*>(track) == &pose.track);
  CHECK(address(track, fb::Track::VT_ID) == &pose.track.id);
  CHECK(static_cast<const void*>(track->name()->c_str()) == pose.track.name.view().data());
  CHECK(track->name()->size() == pose.track.name.size());
  CHECK(static_cast<const void*>(track->times()->data()) == pose.track.times.data());
  CHECK(track->times()->size() == pose.track.times.size());
}

template <class Ours, class Theirs>
void check_vector(const Ours& ours, const Theirs* theirs) {
  CHECK(static_cast<const void*>(theirs->Data()) == ours.data());
  CHECK(theirs->size() == ours.size());
}

void check_places(const Features& m) {
  REQUIRE(verifies(m));
  const auto* t = root(m);
  CHECK(address(t, fb::Features::VT_SLUICE_SEQ) == &m.prefix_.sluice_seq);
  CHECK(address(t, fb::Features::VT_FLAG) == &m.flag);
  CHECK(address(t, fb::Features::VT_TINY) == &m.tiny);
  CHECK(address(t, fb::Features::VT_SMALL) == &m.small);
  CHECK(address(t, fb::Features::VT_MEDIUM) == &m.medium);
  CHECK(address(t, fb::Features::VT_LARGE) == &m.large);
  CHECK(address(t, fb::Features::VT_UTINY) == &m.utiny);
  CHECK(address(t, fb::Features::VT_USMALL) == &m.usmall);
  CHECK(address(t, fb::Features::VT_UMEDIUM) == &m.umedium);
  CHECK(address(t, fb::Features::VT_ULARGE) == &m.ularge);
  CHECK(address(t, fb::Features::VT_SINGLE) == &m.single);
  CHECK(address(t, fb::Features::VT_PRECISE) == &m.precise);
  CHECK(address(t, fb::Features::VT_NOWHERE) == &m.nowhere);
  CHECK(address(t, fb::Features::VT_BEYOND) == &m.beyond);
  CHECK(address(t, fb::Features::VT_COLOUR) == &m.colour);
  CHECK(address(t, fb::Features::VT_LEVEL) == &m.level);
  CHECK(address(t, fb::Features::VT_POINT) == &m.point);
  CHECK(address(t, fb::Features::VT_AUTO_) == &m.auto_);
  CHECK(address(t, fb::Features::VT_ODD) == &m.odd);
  CHECK(address(t, fb::Features::VT_LAST) == &m.last);
  check_vector(m.bools, t->bools());
  check_vector(m.bytes, t->bytes());
  check_vector(m.shorts, t->shorts());
  check_vector(m.floats, t->floats());
  check_vector(m.doubles, t->doubles());
  check_vector(m.longs, t->longs());
  check_vector(m.points, t->points());
  check_vector(m.rgbs, t->rgbs());
  check_vector(m.colours, t->colours());
  check_vector(m.levels, t->levels());
  check_vector(m.class_, t->class_());
  check_vector(m.later, t->later());
  check_vector(m.label.view(), t->label());
  check_vector(m.between.view(), t->between());
  check_place(m.pose, t->pose());
  check_place(m.latest, t->latest());
}

void check_structs(const Point& ours, const fb::Point& theirs) {
  CHECK(ours.ok == theirs.ok());
  CHECK(ours.x == theirs.x());
  CHECK(static_cast<int>(ours.level) == static_cast<int>(theirs.level()));
  CHECK(ours.rgb.b == theirs.rgb().b());
}

// By the schema in the window alone, as a reader does that has no generated code.
std::string text_by_reflection(const Features& message) {
  const auto* channel = sluice::descriptor::GetChannel(FeaturesChannel::descriptor);
  flatbuffers::Parser parser;
  REQUIRE(parser.Deserialize(channel->bfbs()->data(), channel->bfbs()->size()));
  std::string text;
  REQUIRE(flatbuffers::GenerateText(parser, &message, &text));
  return text;
}

void leave(const std::string& folder, const char* name, const Features& message) {
  std::ofstream file(folder + "/" + name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(&message), sizeof message);
}

}  // namespace

TEST_CASE("every field of a new, a filled, an assigned and a copied message lies where flatc's code finds it") {
  Slot made;
  check_places(*made.message);
  fill(*made.message);
  check_places(*made.message);

  Slot assigned;
  *assigned.message = *made.message;
  check_places(*assigned.message);
  const Features copied(*made.message);
  check_places(copied);
}

TEST_CASE("flatc's code reads the values that were written, after assignment too") {
  Slot made;
  fill(*made.message);
  Slot assigned;
  *assigned.message = *made.message;

  const auto* table = root(*assigned.message);
  CHECK(table->large() == -5);
  CHECK(table->colour() == fb::Colour_auto_);
  CHECK(table->level() == fb::Level_high);
  CHECK(table->label()->str() == "label!");
  CHECK(table->rgbs()->Get(1)->g() == 8);
  CHECK(table->pose()->track()->times()->Get(1) == 1ULL << 63);
  CHECK(table->latest()->track()->name()->str() == "track");
  CHECK(table->latest()->covariance()->Get(3) == 4);
  check_structs(assigned.message->point, *table->point());
  check_structs(assigned.message->points[1], *table->points()->Get(1));
}

TEST_CASE("a new message holds the schema's defaults, and flatc's code reads the same ones") {
  Slot made;

  const auto* table = root(*made.message);
  CHECK(table->flag());
  CHECK(table->tiny() == -128);
  CHECK(table->large() == std::numeric_limits<std::int64_t>::min());
  CHECK(table->ularge() == std::numeric_limits<std::uint64_t>::max());
  CHECK(table->single() == 0.1F);
  CHECK(std::isnan(table->nowhere()));
  CHECK(table->beyond() == -std::numeric_limits<double>::infinity());
  CHECK(table->colour() == fb::Colour_green);
  CHECK(table->level() == fb::Level_low);
  CHECK(table->point()->x() == 1.5);
  CHECK(table->points()->Get(1)->x() == 1.5);
  CHECK(table->last() == 2.5);
}

TEST_CASE("set_defaults_ makes a filled message equal to a new one, unused elements aside") {
  Slot made;
  Slot fresh;
  fill(*made.message);

  made.message->set_defaults_();

  check_places(*made.message);
  CHECK(text_by_reflection(*made.message) == text_by_reflection(*fresh.message));
}

TEST_CASE("clear_lengths_ empties sequences and strings, in nested types too, and keeps the rest") {
  Slot made;
  fill(*made.message);

  made.message->clear_lengths_();

  check_places(*made.message);
  CHECK(made.message->bytes.empty());
  CHECK(made.message->label == "");
  CHECK(made.message->label.view().data()[0] == '\0');
  CHECK(made.message->latest.track.name == "");
  CHECK(made.message->latest.track.times.empty());
  CHECK(made.message->shorts[2] == 1);
  CHECK(made.message->latest.tail == 9);
}

TEST_CASE("a message keeps its own number when another is assigned to it") {
  Slot one;
  Slot other;
  one.message->prefix_.sluice_seq = 5;
  other.message->prefix_.sluice_seq = 6;

  *one.message = *other.message;

  CHECK(root(*one.message)->sluice_seq() == 5);
}

TEST_CASE("a new message sets every byte, but those behind what a vector or string holds") {
  Slot one;
  Slot other;
  std::memset(other.bytes, 0x5A, sizeof other.bytes);
  other.message = new (other.bytes) Features;
  const auto lies_in = [&](std::size_t at, const auto& member) {
    const auto start = static_cast<std::size_t>(reinterpret_cast<const unsigned char*>(&member) - one.bytes);
    return at >= start && at < start + sizeof member;
  };
  const auto lies_in_pose = [&](std::size_t at, const Pose& pose) {
    return lies_in(at, pose.track.name) || lies_in(at, pose.track.times);
  };

  const Features& m = *one.message;
  for (std::size_t at = 0; at < sizeof one.bytes; ++at) {
    const bool unused = lies_in(at, m.bytes) || lies_in(at, m.floats) || lies_in(at, m.longs) || lies_in(at, m.rgbs) ||
                        lies_in(at, m.colours) || lies_in(at, m.label) || lies_in(at, m.class_) ||
                        lies_in(at, m.later) || lies_in(at, m.between) || lies_in_pose(at, m.pose) ||
                        lies_in_pose(at, m.latest);
    if (!unused) CHECK_MESSAGE(one.bytes[at] == other.bytes[at], at);
  }
}

int main(int count, char** arguments) {
  if (count == 2 && arguments[1][0] == '/') {
    Slot made;
    leave(arguments[1], "empty.bin", *made.message);
    fill(*made.message);
    leave(arguments[1], "filled.bin", *made.message);
    const Features copied(*made.message);
    leave(arguments[1], "copied.bin", copied);
    return 0;
  }
  return doctest::Context(count, arguments).run();
}
