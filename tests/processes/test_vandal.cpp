// A third process that writes into a window while two use it: each of them goes on, or says that the window is
// poisoned; none crashes, hangs, or waits longer than it was told to. A file that somebody truncates is another thing:
// docs/trust.md says what then.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <random>
#include <sstream>
#include <string>
#include <thread>

#include <child_process.hpp>
#include <sanitized.hpp>
#include <seed.hpp>
#include <test_channel.hpp>

#include "relay_messages.hpp"
#include "window_file.hpp"

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

namespace {

/// Writes into whatever window has the name just now.
class Vandal {
 public:
  Vandal(std::string path, std::uint64_t seed) : path_(std::move(path)), random_(seed) {}
  Vandal(const Vandal&) = delete;
  Vandal& operator=(const Vandal&) = delete;
  ~Vandal() { let_go(); }

  /// Some writes, a while apart; then the name is taken away, so that both sides make a window anew.
  void visit() {
    look();
    if (base_ == nullptr) return std::this_thread::sleep_for(1ms);
    for (std::uint64_t left = 1 + random_() % 30; left > 0; --left) {
      write();
      std::this_thread::sleep_for(std::chrono::microseconds{random_() % 500});
    }
    unlink(path_.c_str());
    let_go();
  }
  std::uint64_t writes() const { return writes_; }

 private:
  void look() {
    const int fd = open(path_.c_str(), O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    struct stat file {};
    fstat(fd, &file);
    void* const base = mmap(nullptr, static_cast<std::size_t>(file.st_size), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    sluice::detail::HeaderFields header;
    const bool is_window = pread(fd, &header, sizeof header, 0) == static_cast<ssize_t>(sizeof header);
    close(fd);
    if (base == MAP_FAILED || !is_window) return;
    base_ = static_cast<std::byte*>(base);
    bytes_ = static_cast<std::size_t>(file.st_size);
    geometry_ = header.geometry;
  }
  void let_go() {
    if (base_ != nullptr) munmap(base_, bytes_);
    base_ = nullptr;
  }

  /// Where it hurts: a word of either part, a link or a mark; at times anywhere.
  std::size_t place() {
    const std::uint64_t parts[] = {geometry_.producer_offset, geometry_.consumer_offset};
    const std::uint64_t part = parts[random_() % 2];
    const std::uint64_t kind = random_() % 8;
    const std::uint64_t words = sizeof(sluice::detail::ConsumerWords);
    if (kind < 4) return part + random_() % words;
    if (kind < 6) return part + words + random_() % (6 * geometry_.capacity);
    if (kind < 7) return geometry_.slots_offset + random_() % (geometry_.capacity * geometry_.stride_bytes);
    return random_() % bytes_;
  }
  void write() {
    const std::size_t at = std::min(place() & ~std::size_t{7}, bytes_ - 8);
    std::uint64_t word = 0;
    std::memcpy(&word, base_ + at, sizeof word);
    switch (random_() % 4) {
      case 0:
        word ^= std::uint64_t{1} << random_() % 64;
        break;
      case 1:
        word = random_();
        break;
      case 2:
        word += random_() % 5 - 2;
        break;
      default:
        word += (random_() % 5 - 2) << 20;  // pushes, of a stack word
    }
    std::memcpy(base_ + at, &word, sizeof word);
    ++writes_;
  }

  std::string path_;
  std::mt19937_64 random_;
  std::byte* base_ = nullptr;
  std::size_t bytes_ = 0;
  sluice::detail::Geometry geometry_;
  std::uint64_t writes_ = 0;
};

/// The sum of both sides' counts.
std::uint64_t total(const std::string& text, const std::string& word) {
  std::istringstream words(text);
  std::string next;
  std::uint64_t sum = 0;
  while (words >> next) {
    std::uint64_t number = 0;
    if (next == word && words >> number) sum += number;
  }
  return sum;
}

std::string vandalise(const std::string& order, const std::string& channel_name) {
  const TestChannel channel(TestChannel::Leftovers::expected);
  constexpr std::chrono::milliseconds time{SLUICE_TEST_MILLISECONDS};
  constexpr auto watchdog = std::chrono::duration_cast<std::chrono::seconds>(time) + 10s;
  const std::string milliseconds = std::to_string(time.count());
  ChildProcess producer{"vandal_target", {channel.instance(), order, "producer", milliseconds}, watchdog};
  ChildProcess consumer{"vandal_target", {channel.instance(), order, "consumer", milliseconds}, watchdog};
  Vandal vandal(channel.own_path(channel_name), sluice::test::seed());
  const auto until = SteadyClock::now() + time;
  while (SteadyClock::now() < until) vandal.visit();

  const std::string produced = producer.read_line();
  const std::string consumed = consumer.read_line();
  std::cout << order << ": " << vandal.writes() << " writes; producer " << produced << "; consumer " << consumed
            << "\n";
  CHECK(producer.wait() == 0);
  CHECK(consumer.wait() == 0);
  CHECK(vandal.writes() > 0);
  return produced + " " + consumed;
}

void check_vandalised(const std::string& order, const std::string& channel_name) {
  const std::string said = vandalise(order, channel_name);

  CHECK(total(said, "messages") > 0);
  CHECK(total(said, "poisoned") > 0);  // else the vandal has met nothing
}

}  // namespace

TEST_CASE("scenario 25: fifo: both sides go on or are poisoned while a third process writes into their window") {
  check_vandalised("fifo", "tests.relay");
}

TEST_CASE("scenario 25: lifo: both sides go on or are poisoned while a third process writes into their window") {
  check_vandalised("lifo", "tests.newest_first");
}

TEST_CASE("scenario 25: latest: both sides go on or are poisoned while a third process writes into their window") {
  check_vandalised("latest", "tests.only_newest");
}

TEST_CASE("what set-up has read of the header is never read again: two that are attached go on without it") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});
  WindowFile file(channel.own_path("tests.relay"));
  const auto geometry = file.header().geometry;
  file.write_header([] {
    sluice::detail::HeaderFields wiped;
    std::memset(static_cast<void*>(&wiped), 0xFF, sizeof wiped);
    return wiped;
  }());
  for (std::uint64_t at = geometry.descriptor_offset; at + 8 <= geometry.producer_offset; at += 8) {
    file.write(at, ~std::uint64_t{0});
  }

  for (std::uint64_t number = 1; number <= 200; ++number) {
    auto loan = producer.loan_for(10s);
    REQUIRE(loan);
    tests::fill(*loan, number);
    REQUIRE(loan.publish());
    const auto sample = consumer.take_for(10s);
    REQUIRE(sample);
    CHECK(is_filled(*sample, number));
  }
  CHECK(producer.stats().taken == 200);
}

TEST_CASE("scenario 25: a window that is truncated while it is used is a SIGBUS to who reads it, and then damaged") {
  const TestChannel channel(TestChannel::Leftovers::expected);
  ChildProcess producer{"relay_peer", {channel.instance()}};
  ChildProcess consumer{"relay_peer", {channel.instance()}};
  CHECK(producer.ask("create") == "created");
  CHECK(consumer.ask("open") == "opened");
  CHECK(producer.ask("publish 1") == "published");
  WindowFile file(channel.own_path("tests.relay"));
  const auto geometry = file.header().geometry;

  file.resize(geometry.page_bytes);
  consumer.say("take 1");

#if defined(SLUICE_TEST_SANITIZED)
  constexpr int death = 1;  // the sanitizer's own handler reports it
#else
  constexpr int death = -SIGBUS;
#endif
  CHECK(consumer.wait() == death);
  producer.kill();
  const auto next = tests::RelayProducer::try_create({.instance = channel.instance()});
  REQUIRE_FALSE(next);
  CHECK(next.error().code() == sluice::ErrorCode::damaged_window);
}
