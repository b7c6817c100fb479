// Who leaves last takes the window's name away, in every order and with every option; nothing is ever left over.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "locked_memory.hpp"
#include "order_messages.hpp"
#include "relay_messages.hpp"
#include "relay_peers.hpp"
#include "window_file.hpp"

using namespace sluice::detail;

namespace {

std::string shared_path(const TestChannel& channel) { return "/dev/shm/sluice.tests.relay." + channel.instance(); }

unsigned mode_of(const std::string& path) {
  struct stat file {};
  return stat(path.c_str(), &file) == 0 ? file.st_mode & 07777 : 0;
}

}  // namespace

TEST_CASE("a producer that nobody listened to takes its window along, unread messages included") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(producer.ask("publish 3") == "published");
  CHECK(channel.files().size() == 1);

  CHECK(producer.ask("leave") == "left");

  CHECK(channel.files().empty());
}

TEST_CASE("when the producer leaves first the consumer reads to the end and takes the window along") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(producer.ask("publish 3") == "published");

  CHECK(producer.ask("leave") == "left");

  CHECK(channel.files().size() == 1);
  CHECK(consumer.ask("take 4") == "1 2 3 the producer has left");
  CHECK(consumer.ask("leave") == "left");
  CHECK(channel.files().empty());
}

TEST_CASE(
    "when the consumer leaves first, what it had not finished is delivered to the next, and the producer leaves last") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(producer.ask("publish 3") == "published");
  CHECK(consumer.ask("take 1") == "1");
  CHECK(consumer.ask("leave") == "left");
  CHECK(channel.files().size() == 1);

  CHECK(consumer.ask("open") == "opened");
  CHECK(consumer.ask("take 3") == "2 3 the channel is empty");
  CHECK(consumer.ask("leave") == "left");
  CHECK(producer.ask("leave") == "left");

  CHECK(channel.files().empty());
}

TEST_CASE("processes that end without a word at the end of main leave nothing behind") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);

  CHECK(producer.wait() == 0);
  CHECK(consumer.wait() == 0);

  CHECK(channel.files().empty());
}

TEST_CASE("a window that is kept outlives its users, and its messages come first when they return") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  CHECK(producer.ask("create keep") == "created");
  CHECK(producer.ask("publish 2") == "published");
  CHECK(producer.ask("leave") == "left");
  CHECK(channel.files().size() == 1);

  ChildProcess consumer = peer(channel);
  CHECK(consumer.ask("open") == "opened");
  CHECK(consumer.ask("take 1") == "1");
  CHECK(consumer.ask("leave") == "left");
  CHECK(channel.files().size() == 1);
  CHECK(producer.ask("create") == "created");  // this one does not ask to keep it
  CHECK(producer.ask("publish 1") == "published");
  CHECK(consumer.ask("open") == "opened");
  CHECK(consumer.ask("take 3") == "2 3 the channel is empty");
  CHECK(consumer.ask("leave") == "left");
  CHECK(producer.ask("leave") == "left");

  CHECK(channel.files().empty());
}

TEST_CASE("the newest message of a kept window of order latest is there for a consumer that comes later") {
  const TestChannel channel;
  {
    auto producer = tests::OnlyNewestProducer::create({.instance = channel.instance(), .keep = true});
    for (std::uint64_t number = 1; number <= 3; ++number) {
      auto loan = producer.loan();
      tests::fill(*loan, number);
      loan.publish();
    }
  }

  auto consumer = tests::OnlyNewestConsumer::open({.instance = channel.instance()});

  const auto sample = consumer.take();
  REQUIRE(sample);
  CHECK(sample.sequence() == 3);
  CHECK(tests::is_filled(*sample, 3));
  auto last = tests::OnlyNewestProducer::create({.instance = channel.instance()});  // does not ask to keep it
}

TEST_CASE("who comes to a channel rings, so that a peer which sleeps looks who is there") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  const WindowFile file(channel.own_path(tests::RelayChannel::info.name));
  const auto geometry = file.header().geometry;
  const std::uint64_t producers_bell = geometry.producer_offset + offsetof(ProducerWords, bell);
  const std::uint64_t consumers_bell = geometry.consumer_offset + offsetof(ConsumerWords, bell);
  CHECK(file.half_word(producers_bell) == 1);
  CHECK(file.half_word(consumers_bell) == 0);

  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});

  CHECK(file.half_word(producers_bell) == 1);
  CHECK(file.half_word(consumers_bell) == 1);
}

TEST_CASE("a consumer that starts with the newest skips what is unread, and the producer has all slots back") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  ChildProcess consumer = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(producer.ask("publish 60") == "published");

  CHECK(consumer.ask("open newest") == "opened");

  CHECK(consumer.ask("take 1") == "the channel is empty");
  CHECK(producer.ask("publish 1") == "published");
  CHECK(consumer.ask("take 2") == "61 the channel is empty");
  CHECK(producer.ask("loan 100") == "64");
  CHECK(consumer.wait() == 0);
  CHECK(producer.wait() == 0);
}

TEST_CASE("two instances of one channel know nothing of each other") {
  const TestChannel left;
  const TestChannel right;
  auto left_producer = tests::RelayProducer::create({.instance = left.instance()});
  auto right_producer = tests::RelayProducer::create({.instance = right.instance()});
  auto left_consumer = tests::RelayConsumer::open({.instance = left.instance()});

  right_producer.loan().publish();

  CHECK_FALSE(left_consumer.take());
}

TEST_CASE("scenario 16: a window is for its user alone unless a mode says otherwise, whatever the umask") {
  for (const mode_t mask : {0U, 0022U, 0077U, 0777U}) {
    const TestChannel own;
    const TestChannel shared;
    const mode_t before = umask(mask);

    auto own_producer = tests::RelayProducer::create({.instance = own.instance()});
    auto shared_producer = tests::RelayProducer::create({.instance = shared.instance(), .mode = 0664});
    umask(before);

    CHECK(mode_of(own.own_path("tests.relay")) == 0600);
    CHECK(mode_of(shared_path(shared)) == 0664);
  }
}

TEST_CASE("scenario 16: whatever stands under the name instead of the window stays when both sides leave") {
  const TestChannel target;
  auto other = tests::RelayProducer::create({.instance = target.instance()});
  const auto link_to_a_window = [&](const char* path) { return symlink(target.own_path("tests.relay").c_str(), path); };
  const auto folder = [](const char* path) { return mkdir(path, 0700); };
  const auto pipe = [](const char* path) { return mkfifo(path, 0600); };
  const auto file = [](const char* path) { return close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600)); };
  for (const std::function<int(const char*)>& place :
       std::initializer_list<std::function<int(const char*)>>{link_to_a_window, folder, pipe, file}) {
    const TestChannel channel(TestChannel::Leftovers::expected);
    const std::string path = channel.own_path("tests.relay");
    std::optional producer = tests::RelayProducer::create({.instance = channel.instance()});
    std::optional consumer = tests::RelayConsumer::open({.instance = channel.instance()});
    REQUIRE(unlink(path.c_str()) == 0);
    REQUIRE(place(path.c_str()) == 0);

    producer.reset();
    consumer.reset();

    CHECK(channel.files().size() == 1);
    CHECK(target.files().size() == 1);
  }
}

TEST_CASE("a channel that is created for a group has no user in its name, and open finds it") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  const std::string path = shared_path(channel);

  const std::string said = producer.ask("create group=" + std::string(getegid() == 0 ? "root" : "users"));
  if (said.starts_with("permission_denied")) {
    MESSAGE("not run: this user is not in the group `users`");
    return;
  }

  CHECK(said == "created");
  CHECK(mode_of(path) == 0660);
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});
  CHECK(producer.ask("publish 1") == "published");
  CHECK(consumer.take().sequence() == 1);
  CHECK(producer.wait() == 0);
}

TEST_CASE("locked memory and huge pages change nothing that a user sees") {
  if (!mlock_works()) {
    MESSAGE("not run: mlock() does nothing here");
    return;
  }
  const TestChannel channel;
  auto producer =
      tests::RelayProducer::create({.instance = channel.instance(), .lock_memory = true, .huge_pages = true});
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance(), .lock_memory = true});

  producer.loan().publish();

  CHECK(consumer.take().sequence() == 1);
  CHECK(locked_kilobytes() > 0);
}

TEST_CASE("who stands on the other side is known by process and version") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  CHECK(producer.ask("create") == "created");

  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});

  CHECK(consumer.peer().pid == static_cast<std::uint32_t>(producer.pid()));
  CHECK(consumer.peer().version.major == 1);
  CHECK(consumer.peer().version.minor == 0);
  CHECK(producer.wait() == 0);
}
