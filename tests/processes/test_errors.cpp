// What set-up says: every code that needs no other user and no foreign file, each text whole.
#include <doctest/doctest.h>

#include <cerrno>
#include <chrono>
#include <string>

#include <errors.hpp>

#include <child_process.hpp>
#include <test_channel.hpp>
#include <tests/large.channel.hpp>

#include "locked_memory.hpp"
#include "relay_messages.hpp"
#include "relay_peers.hpp"
#include "window_file.hpp"

using namespace std::chrono_literals;
using sluice::ErrorCode;

namespace {

std::string start(const TestChannel& channel) { return "sluice: " + channel.shown("tests.relay") + ": "; }

std::string role_taken_text(const TestChannel& channel, const std::string& role, pid_t pid) {
  return start(channel) + "it has a " + role + " already: pid " + std::to_string(pid) +
         ", version 1.0\n  hint: a channel has one " + role +
         "; stop that one, or give this one an `instance` of its own";
}

// The text with "N" for what stands between two pieces of it: a number that differs from machine to machine.
std::string masked(std::string text, const std::string& before, const std::string& after) {
  const std::size_t begin = text.find(before);
  const std::size_t end = begin == std::string::npos ? begin : text.find(after, begin + before.size());
  if (end == std::string::npos) return text;
  return text.replace(begin + before.size(), end - begin - before.size(), "N");
}

template <class Endpoint>
void check_error(const sluice::Result<Endpoint>& result, ErrorCode code, const std::string& text) {
  REQUIRE_FALSE(result);
  CHECK(sluice::to_string(result.error().code()) == std::string(sluice::to_string(code)));
  CHECK(std::string(result.error().what()) == text);
}

}  // namespace

TEST_CASE("role_taken: a second producer is refused and told who the first is") {
  const TestChannel channel;
  ChildProcess first = peer(channel);
  CHECK(first.ask("create") == "created");

  const auto second = tests::RelayProducer::try_create({.instance = channel.instance()});

  check_error(second, ErrorCode::role_taken, role_taken_text(channel, "producer", first.pid()));
  CHECK(first.ask("publish 1") == "published");
  CHECK(first.wait() == 0);
}

TEST_CASE("role_taken: a second consumer is refused and told who the first is") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  ChildProcess first = peer(channel);
  CHECK(first.ask("open") == "opened");

  const auto second = tests::RelayConsumer::try_open({.instance = channel.instance()});

  check_error(second, ErrorCode::role_taken, role_taken_text(channel, "consumer", first.pid()));
  CHECK(first.wait() == 0);
}

TEST_CASE("role_taken: a process has one endpoint of a role too") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});

  const auto producing = tests::RelayProducer::try_create({.instance = channel.instance()});
  const auto consuming = tests::RelayConsumer::try_open({.instance = channel.instance()});

  check_error(producing, ErrorCode::role_taken, role_taken_text(channel, "producer", getpid()));
  check_error(consuming, ErrorCode::role_taken, role_taken_text(channel, "consumer", getpid()));
  CHECK(producer.loan().publish());
  CHECK(consumer.take());
}

TEST_CASE("window_missing: open without a producer") {
  const TestChannel channel;

  const auto consumer = tests::RelayConsumer::try_open({.instance = channel.instance()});

  check_error(consumer, ErrorCode::window_missing,
              start(channel) +
                  "no producer has made it\n  hint: start the producer, as the same user and with the same "
                  "`instance`, or wait for it with open_for()");
}

TEST_CASE("window_missing: open_for when no producer comes in time") {
  const TestChannel channel;

  const auto consumer = tests::RelayConsumer::try_open_for(30ms, {.instance = channel.instance()});

  check_error(consumer, ErrorCode::window_missing,
              start(channel) +
                  "no producer came within 30 ms\n  hint: start the producer, as the same user and with the "
                  "same `instance`, or wait for it with open_for()");
}

TEST_CASE("open throws what try_open returns") {
  const TestChannel channel;

  try {
    const auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});
    FAIL("it did not throw");
  } catch (const sluice::Error& error) {
    CHECK(error.code() == ErrorCode::window_missing);
  }
}

TEST_CASE("invalid_name: an instance that is no plain name is refused by both roles") {
  for (const std::string& name : {std::string("a/b"), std::string("../x"), std::string("a.b"), std::string("Left"),
                                  std::string("1a"), std::string("_a"), std::string("a b"), std::string("."),
                                  std::string("\xc3\xa4"), std::string(65, 'a'), std::string(300, 'a')}) {
    const std::string text =
        "sluice: channel 'tests.relay': instance name '" + name +
        "' is not valid\n  hint: an instance name is a lower-case letter, then up to 63 of a-z, 0-9 and _";

    check_error(tests::RelayProducer::try_create({.instance = name}), ErrorCode::invalid_name, text);
    check_error(tests::RelayConsumer::try_open({.instance = name}), ErrorCode::invalid_name, text);
    check_error(tests::RelayConsumer::try_open_for(1s, {.instance = name}), ErrorCode::invalid_name, text);
  }
}

TEST_CASE("invalid_name: an instance cannot hide its end behind a zero byte") {
  const auto producer = tests::RelayProducer::try_create({.instance = std::string("a\0b", 3)});

  REQUIRE_FALSE(producer);
  CHECK(producer.error().code() == ErrorCode::invalid_name);
}

TEST_CASE("invalid_option: a mode that everybody may write to, or not even the owner, is refused") {
  const TestChannel channel;
  for (const auto& [mode, octal] :
       {std::pair{0666U, "0666"}, {0400U, "0400"}, {0U, "0000"}, {0700U, "0700"}, {04600U, "4600"}}) {
    check_error(tests::RelayProducer::try_create({.instance = channel.instance(), .mode = mode}),
                ErrorCode::invalid_option,
                start(channel) + "mode " + octal +
                    " is not valid\n  hint: give permission bits that let the owner read and "
                    "write and not everybody write, such as 0600, 0660 or 0644");
  }
}

TEST_CASE("invalid_option: a group that does not exist is refused") {
  const TestChannel channel;

  const auto producer = tests::RelayProducer::try_create({.instance = channel.instance(), .group = "no_such_group"});

  check_error(
      producer, ErrorCode::invalid_option,
      start(channel) + "there is no group 'no_such_group'\n  hint: `getent group` lists the groups of this machine");
}

TEST_CASE("shared_memory_full: a window larger than any machine's memory is refused at once, with the numbers") {
  const TestChannel channel;

  const auto producer = tests::LargeProducer::try_create({.instance = channel.instance()});

  REQUIRE_FALSE(producer);
  CHECK(producer.error().code() == ErrorCode::shared_memory_full);
  const auto& info = tests::LargeChannel::info;
  const auto geometry = sluice::detail::lay_out_window(info.capacity, info.message_bytes, info.descriptor.size,
                                                       static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
  REQUIRE(geometry);
  const std::string text = masked(producer.error().what(), "shared memory has ", " free");
  CHECK(text == "sluice: " + channel.shown("tests.large") + ": not created: the window needs " +
                    sluice::detail::with_commas(geometry->total_bytes) +
                    " bytes, shared memory has N free\n  hint: lower `capacity` (1,048,574 slots of " +
                    sluice::detail::with_commas(geometry->stride_bytes) +
                    " bytes), or enlarge shared memory (in a container: --shm-size)");
}

TEST_CASE(
    "scenario 9: shared_memory_full: a /dev/shm of 64 KiB, nearly full, is an error with its numbers, not a crash, and "
    "nothing is left "
    "in it") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  if (producer.ask("small_shared_memory 64") != "mounted") {
    MESSAGE("not run: this user may not mount a /dev/shm of its own");
    return;
  }
  std::uint64_t window_bytes = 0;
  {
    auto other = tests::RelayProducer::create({.instance = channel.instance()});
    window_bytes = WindowFile(channel.own_path("tests.relay")).header().geometry.total_bytes;
  }

  CHECK(producer.ask("fill_shared_memory 56") == "filled");

  const std::string said = producer.ask("create");

  CHECK(said ==
        "shared_memory_full " + start(channel) + "not created: the window needs " +
            sluice::detail::with_commas(window_bytes) +
            " bytes, shared memory has 8,192 free\n  hint: lower `capacity` (64 slots of 128 bytes), or enlarge "
            "shared memory (in a container: --shm-size)");
  CHECK(producer.ask("free_shared_memory") == "8192");
  CHECK(producer.wait() == 0);
}

TEST_CASE("shared_memory_full: where there are bytes left, but no room for one more file") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  if (producer.ask("small_shared_memory 64 1") != "mounted") {
    MESSAGE("not run: this user may not mount a /dev/shm of its own");
    return;
  }

  CHECK(producer.ask("create") ==
        "shared_memory_full " + start(channel) +
            "shared memory has no room for another file: open /dev/shm\n  hint: `df -i /dev/shm` shows how many it may "
            "have; `sluice doctor --fix` removes dead windows");
  CHECK(producer.wait() == 0);
}

TEST_CASE("system: what the system has run out of is named, and how to get more of it") {
  const sluice::detail::ChannelName name{"tests.relay", ""};
  const std::string begin = "sluice: channel 'tests.relay': open /dev/shm: ";

  CHECK(std::string(sluice::detail::system_error(name, "open /dev/shm", EMFILE).what()) ==
        begin + "Too many open files\n  hint: this process has too many files open: close some, or raise `ulimit -n`");
  CHECK(
      std::string(sluice::detail::system_error(name, "open /dev/shm", ENFILE).what()) ==
      begin +
          "Too many open files in system\n  hint: this machine has too many files open: raise the sysctl fs.file-max");
  CHECK(std::string(sluice::detail::system_error(name, "open /dev/shm", ENOENT).what()) ==
        begin + "No such file or directory\n  hint: is /dev/shm mounted, as a tmpfs?");
  CHECK(std::string(sluice::detail::system_error(name, "open /dev/shm", EIO).what()) ==
        begin + "Input/output error\n  hint: `sluice doctor` looks at what on this machine stands in the way");
}

TEST_CASE("incompatible: a program whose own descriptor is broken is told so in either role, and the window stays") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  sluice::ChannelInfo broken = tests::RelayChannel::info;
  broken.fingerprint ^= 1;  // or both would pass for equal
  broken.descriptor.size /= 2;
  const auto construct = sluice::detail::construct<tests::Relay>;
  const std::string text =
      start(channel) +
      "this program's own descriptor of it is not valid\n  hint: its generated code was changed or "
      "cut short: generate and build it anew";

  check_error(sluice::detail::create(broken, {.instance = channel.instance()}, construct), ErrorCode::incompatible,
              text);
  check_error(sluice::detail::open(broken, {.instance = channel.instance()}, construct), ErrorCode::incompatible, text);

  CHECK(channel.files().size() == 1);
  CHECK(tests::RelayConsumer::try_open({.instance = channel.instance()}));
}

TEST_CASE("busy: set-up that another process holds up is given up after two seconds, and works once it is over") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  ChildProcess consumer = peer(channel);
  CHECK(producer.ask("create keep") == "created");
  CHECK(producer.ask("publish 1") == "published");
  CHECK(producer.ask("leave") == "left");
  auto lock = sluice::detail::RoleLock::open(channel.own_path("tests.relay").c_str());
  REQUIRE(lock);
  REQUIRE(lock->take_setup(0ms));
  const std::string busy = "busy " + start(channel) +
                           "another process has been setting it up for more than 2000 ms\n  hint: is that process "
                           "stopped or being debugged? Otherwise try again";

  producer.say("create");
  const std::string consumer_said = consumer.ask("open");
  std::string producer_said = producer.ask("stats");

  CHECK(consumer_said == busy);
  CHECK(producer_said == busy);
  lock.reset();
  CHECK(producer.read_line() == "no endpoint");
  CHECK(producer.ask("create") == "created");
  CHECK(consumer.ask("open") == "opened");
  CHECK(consumer.ask("take 1") == "1");
  CHECK(consumer.wait() == 0);
  CHECK(producer.wait() == 0);
}

TEST_CASE("system: memory that may not be locked is an error, and no window is left") {
  if (!mlock_works()) {
    MESSAGE("not run: mlock() does nothing here");
    return;
  }
  const TestChannel channel;
  const bool is_root = geteuid() == 0;
  ChildProcess producer{"relay_peer", {channel.instance(), std::to_string(is_root ? 65534 : geteuid())}};
  CHECK(producer.ask("limit_locked_memory 4096") == "limited");

  const std::string said = producer.ask("create lock_memory");

  CHECK(masked(said, "its ", " bytes") == "system " + start(channel) +
                                              "its N bytes cannot be locked in memory: Cannot allocate memory\n"
                                              "  hint: raise `ulimit -l`, or leave `lock_memory` out");
  CHECK(channel.files().empty());
  CHECK(producer.ask("create") == "created");
  CHECK(producer.wait() == 0);
}
