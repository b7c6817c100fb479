// What stands under a channel's name and is no window of it, or a damaged one: refused by both roles with a text
// that says why, and left alone.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <errors.hpp>

#include <test_channel.hpp>

#include "relay_messages.hpp"
#include "window_file.hpp"

using sluice::ErrorCode;
using sluice::detail::HeaderFields;

namespace {

template <class Endpoint>
void check_error(const sluice::Result<Endpoint>& result, ErrorCode code, const std::string& text) {
  REQUIRE_FALSE(result);
  CHECK(sluice::to_string(result.error().code()) == std::string(sluice::to_string(code)));
  CHECK(std::string(result.error().what()) == text);
}

// Refusing takes no time worth speaking of: the fastest of three, since the machine may be busy.
void check_prompt(const TestChannel& channel) {
  auto fastest = std::chrono::steady_clock::duration::max();
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto begun = std::chrono::steady_clock::now();
    CHECK_FALSE(tests::RelayProducer::try_create({.instance = channel.instance()}));
    CHECK_FALSE(tests::RelayConsumer::try_open_for(std::chrono::seconds{30}, {.instance = channel.instance()}));
    fastest = std::min(fastest, std::chrono::steady_clock::now() - begun);
  }
  CHECK(fastest < std::chrono::milliseconds{100});
}

// Both roles refuse what `place` puts under the name, and it is still there afterwards.
void check_foreign(const std::function<void(const std::string& path)>& place, const std::string& why) {
  const TestChannel channel(TestChannel::Leftovers::expected);
  const std::string path = channel.own_path("tests.relay");
  place(path);
  struct stat before {};
  REQUIRE(lstat(path.c_str(), &before) == 0);
  const std::string text = "sluice: " + channel.shown("tests.relay") + ": " + path +
                           " is not a window of this channel: " + why +
                           "\n  hint: Sluice leaves it alone; if nobody needs it, remove it";

  check_error(tests::RelayProducer::try_create({.instance = channel.instance()}), ErrorCode::foreign_object, text);
  check_error(tests::RelayConsumer::try_open({.instance = channel.instance()}), ErrorCode::foreign_object, text);

  check_prompt(channel);
  struct stat after {};
  CHECK(lstat(path.c_str(), &after) == 0);
  CHECK(after.st_ino == before.st_ino);
  CHECK(after.st_size == before.st_size);
}

void write_text(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

enum class Refused { by_both, by_the_consumer };

// A window that nobody uses is changed by `damage`; who is asked refuses it, and its bytes stay.
void check_damaged(const std::function<void(WindowFile&)>& damage, ErrorCode code, const std::string& what_is_wrong,
                   Refused refused = Refused::by_both) {
  const TestChannel channel(TestChannel::Leftovers::expected);
  const std::string path = channel.own_path("tests.relay");
  { auto producer = tests::RelayProducer::create({.instance = channel.instance(), .keep = true}); }
  WindowFile file(path);
  damage(file);
  const std::string before = file.bytes();
  const std::string text = "sluice: " + channel.shown("tests.relay") + ": " + path + what_is_wrong;

  check_error(tests::RelayConsumer::try_open({.instance = channel.instance()}), code, text);
  if (refused == Refused::by_both) {
    check_error(tests::RelayProducer::try_create({.instance = channel.instance()}), code, text);
    check_prompt(channel);
  }

  CHECK(std::filesystem::exists(path));
  CHECK(file.bytes() == before);
}

std::string damaged(const std::string& why) {
  return " is a damaged window: " + why + "\n  hint: stop its users, then remove it";
}

std::uint64_t window_bytes() {
  const auto& info = tests::RelayChannel::info;
  return sluice::detail::lay_out_window(info.capacity, info.message_bytes, info.descriptor.size,
                                        static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)))
      ->total_bytes;
}

// A header that is whole in itself, of a window that ours is not.
void remake(WindowFile& file, std::uint64_t message_bytes, std::uint64_t page_bytes) {
  HeaderFields header = file.header();
  header.geometry = *sluice::detail::lay_out_window(header.geometry.capacity, message_bytes,
                                                    header.geometry.descriptor_bytes, page_bytes);
  file.resize(header.geometry.total_bytes);
  file.write_header(header);
}

}  // namespace

TEST_CASE("scenario 19: foreign_object: a text file") {
  check_foreign([](const std::string& path) { write_text(path, std::string(4096, 'x')); },
                "it does not begin as a Sluice window does");
}

TEST_CASE("scenario 19: foreign_object: a file that is too short") {
  check_foreign([](const std::string& path) { write_text(path, "sluice\r\n"); }, "it is too short");
}

TEST_CASE("scenario 19: foreign_object: an empty file") {
  check_foreign([](const std::string& path) { write_text(path, ""); }, "it is empty");
}

TEST_CASE("scenario 19: foreign_object: a folder") {
  check_foreign([](const std::string& path) { REQUIRE(mkdir(path.c_str(), 0700) == 0); }, "it is a folder");
}

TEST_CASE("scenario 19: foreign_object: a pipe") {
  check_foreign([](const std::string& path) { REQUIRE(mkfifo(path.c_str(), 0600) == 0); }, "it is a pipe");
}

TEST_CASE("scenario 19: foreign_object: a symbolic link, wherever it leads") {
  const TestChannel target;
  auto producer = tests::RelayProducer::create({.instance = target.instance()});

  check_foreign([](const std::string& path) { REQUIRE(symlink("/dev/shm/sluice_leads_nowhere", path.c_str()) == 0); },
                "it is a symbolic link");
  check_foreign(
      [&](const std::string& path) { REQUIRE(symlink(target.own_path("tests.relay").c_str(), path.c_str()) == 0); },
      "it is a symbolic link");
}

TEST_CASE("scenario 19: damaged_window: a truncated one") {
  const std::uint64_t half = window_bytes() / 2;
  check_damaged([&](WindowFile& file) { file.resize(half); }, ErrorCode::damaged_window,
                damaged("it has " + sluice::detail::with_commas(half) + " bytes, its header says " +
                        sluice::detail::with_commas(window_bytes())));
}

TEST_CASE("damaged_window: one that has grown") {
  check_damaged([](WindowFile& file) { file.resize(window_bytes() + 1); }, ErrorCode::damaged_window,
                damaged("it has " + sluice::detail::with_commas(window_bytes() + 1) + " bytes, its header says " +
                        sluice::detail::with_commas(window_bytes())));
}

TEST_CASE("scenario 19: damaged_window: one with holes, whose pages could be refused when they are touched") {
  check_damaged(
      [](WindowFile& file) {
        const auto& geometry = file.header().geometry;
        file.punch_hole(geometry.slots_offset, geometry.page_bytes);
      },
      ErrorCode::damaged_window, damaged("it has holes"));
}

TEST_CASE("damaged_window: each number of the header that does not fit the others") {
  using sluice::detail::Geometry;
  for (std::uint64_t Geometry::*number :
       {&Geometry::total_bytes, &Geometry::page_bytes, &Geometry::capacity, &Geometry::stride_bytes,
        &Geometry::descriptor_offset, &Geometry::producer_offset, &Geometry::consumer_offset,
        &Geometry::slots_offset}) {
    for (const std::uint64_t wrong : {std::uint64_t{0}, std::uint64_t{1} << 19, ~std::uint64_t{0}}) {
      check_damaged(
          [&](WindowFile& file) {
            HeaderFields header = file.header();
            header.geometry.*number = wrong;
            file.write_header(header);
          },
          ErrorCode::damaged_window, damaged("its header contradicts itself"));
    }
  }
}

TEST_CASE("damaged_window: a number of lanes that there is not yet") {
  check_damaged(
      [](WindowFile& file) {
        HeaderFields header = file.header();
        header.lanes = 2;
        file.write_header(header);
      },
      ErrorCode::damaged_window, damaged("its header contradicts itself"));
}

TEST_CASE("damaged_window: one made with pages of another size") {
  const auto pages = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  check_damaged([&](WindowFile& file) { remake(file, tests::RelayChannel::info.message_bytes, pages * 2); },
                ErrorCode::damaged_window, damaged("it was made with pages of another size"));
}

TEST_CASE("damaged_window: the right fingerprint on messages of another size") {
  const std::size_t bytes = tests::RelayChannel::info.message_bytes;
  check_damaged([&](WindowFile& file) { remake(file, bytes - 8, static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE))); },
                ErrorCode::damaged_window,
                damaged("its messages have " + std::to_string(bytes - 8) + " bytes, not " + std::to_string(bytes)),
                Refused::by_the_consumer);
}

TEST_CASE("damaged_window: a descriptor that is no FlatBuffer") {
  check_damaged(
      [](WindowFile& file) {
        HeaderFields header = file.header();
        header.fingerprint ^= 1;  // another one, so that descriptors are compared
        file.write_header(header);
        file.write(header.geometry.descriptor_offset, std::uint64_t{0xFFFF'FFFF'FFFF'FFF0});
      },
      ErrorCode::damaged_window, damaged("its descriptor is not valid"));
}

TEST_CASE("scenario 17: other_format: a window of another release") {
  check_damaged(
      [](WindowFile& file) {
        HeaderFields header = file.header();
        header.format = 77;
        file.write_header(header);
      },
      ErrorCode::other_format,
      " has window format 77, this program knows format 1\n  hint: build both sides with the same release of Sluice; "
      "then "
      "remove the file if it is left over");
}
