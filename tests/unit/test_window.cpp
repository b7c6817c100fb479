#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <optional>
#include <string>

#include <demo/imu.channel.hpp>

#include "setup.hpp"
#include "window.hpp"

using namespace sluice::detail;

namespace {

const sluice::ChannelInfo& kInfo = demo::ImuChannel::info;

ChannelName name_of_this_test() { return {kInfo.name, "window_test_" + std::to_string(getpid())}; }

NewWindow make(NamelessFiles nameless = NamelessFiles::try_first, FileKind kind = FileKind::named_later) {
  auto made = make_window(name_of_this_test(), kInfo, construct<demo::Imu>, {}, kind, nameless);
  REQUIRE(made);
  return std::move(*made);
}

// Runs `act` in a child that maps the window anew as `role` does; returns the signal that ended the child, or 0.
template <class Act>
int signal_of_child(const NewWindow& window, Role role, Act act) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGSEGV, SIG_DFL);
    const auto mapping = Mapping::map(window.file.get(), window.mapping->geometry(), sluice::Order::fifo);
    if (!mapping || !mapping->protect_from(role)) _exit(1);
    act(*mapping);
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("a role's store to the other's part, or a consumer's to a message, is a fault [I2]") {
  const NewWindow window = make(NamelessFiles::try_first, FileKind::in_process);

  const auto write_producer_part = [](Mapping& mapping) { mapping.lane().producer.words->head = 7; };
  const auto write_consumer_part = [](Mapping& mapping) { mapping.lane().consumer.words->free = 7; };
  const auto write_slot = [](Mapping& mapping) { *mapping.lane().slots.base = std::byte{7}; };
  const auto write_header = [](Mapping& mapping) { mapping.header().state = 7; };

  CHECK(signal_of_child(window, Role::consumer, write_producer_part) == SIGSEGV);
  CHECK(signal_of_child(window, Role::consumer, write_slot) == SIGSEGV);
  CHECK(signal_of_child(window, Role::consumer, write_header) == SIGSEGV);
  CHECK(signal_of_child(window, Role::producer, write_consumer_part) == SIGSEGV);
  CHECK(signal_of_child(window, Role::consumer, write_consumer_part) == 0);
  CHECK(signal_of_child(window, Role::producer, write_producer_part) == 0);
  CHECK(signal_of_child(window, Role::producer, write_slot) == 0);
}

TEST_CASE("a window that is made has no name, and is whole when it gets one") {
  for (const NamelessFiles nameless : {NamelessFiles::try_first, NamelessFiles::unavailable}) {
    const ChannelName name = name_of_this_test();
    NewWindow window = make(nameless);
    CHECK(access(name.path(NameKind::own).c_str(), F_OK) != 0);

    auto naming = publish_window(name, window, name.path(NameKind::own));

    REQUIRE(naming);
    CHECK(*naming == Naming::done);
    auto opened = open_window(name, NameKind::own);
    REQUIRE(opened);
    REQUIRE(*opened);
    CHECK((*opened)->inode == Inode::of(window.file.get()));
    CHECK((*opened)->header.fingerprint == kInfo.fingerprint);
    unlink(name.path(NameKind::own).c_str());
  }
}

TEST_CASE("a name that exists is left alone, and an unnamed window leaves nothing behind") {
  const ChannelName name = name_of_this_test();
  NewWindow first = make();
  REQUIRE(publish_window(name, first, name.path(NameKind::own)));
  std::string hidden;

  for (const NamelessFiles nameless : {NamelessFiles::try_first, NamelessFiles::unavailable}) {
    NewWindow second = make(nameless);
    hidden = second.hidden.path();
    auto naming = publish_window(name, second, name.path(NameKind::own));
    REQUIRE(naming);
    CHECK(*naming == Naming::name_exists);
  }

  CHECK(name_is(name.path(NameKind::own), Inode::of(first.file.get())));
  CHECK(!hidden.empty());
  CHECK(access(hidden.c_str(), F_OK) != 0);
  unlink(name.path(NameKind::own).c_str());
}

TEST_CASE("scenario 25: memory without a name is sealed: nobody can truncate it, nor let it grow") {
  const NewWindow window = make(NamelessFiles::try_first, FileKind::in_process);
  const auto bytes = static_cast<off_t>(window.mapping->geometry().total_bytes);

  CHECK(ftruncate(window.file.get(), 0) != 0);
  CHECK(errno == EPERM);
  CHECK(ftruncate(window.file.get(), bytes + 4096) != 0);
  CHECK(fcntl(window.file.get(), F_ADD_SEALS, F_SEAL_WRITE) != 0);  // the seals are final
}

TEST_CASE("every slot of a new window is a message with its defaults and number 0") {
  const NewWindow window = make(NamelessFiles::try_first, FileKind::in_process);
  const LaneView lane = window.mapping->lane();

  for (std::uint32_t at = 0; at < lane.slots.capacity; ++at) {
    const auto& message = *reinterpret_cast<const demo::Imu*>(lane.slots.base + at * lane.slots.stride_bytes);
    CHECK(message.prefix_.table_offset == 4);
    CHECK(message.prefix_.sluice_seq == 0);
    CHECK(message.stamp == 0);
    CHECK(message.label == "");
  }
}

TEST_CASE("in a forked child a mapping reads as zeroes and writes reach nobody") {
  const NewWindow window = make(NamelessFiles::try_first, FileKind::in_process);
  const LaneView lane = window.mapping->lane();
  auto* const message = reinterpret_cast<demo::Imu*>(lane.slots.base);
  message->stamp = 5;

  const pid_t child = fork();
  if (child == 0) {
    const bool empty = message->stamp == 0;
    message->stamp = 6;
    _exit(empty ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);

  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(message->stamp == 5);
}

TEST_CASE("a lock is held by an open file, not by a process: the same process sees it taken") {
  const NewWindow window = make(NamelessFiles::try_first, FileKind::in_process);
  const auto other = RoleLock::open(("/proc/self/fd/" + std::to_string(window.file.get())).c_str());
  REQUIRE(other);

  CHECK_FALSE(other->try_take(Role::producer));  // window.lock has it
  CHECK_FALSE(other->is_free(Role::producer));
  CHECK(other->try_take(Role::consumer));
  CHECK_FALSE(window.lock->is_free(Role::consumer));
}

TEST_CASE("the set-up byte is waited for, no longer than told") {
  const NewWindow window = make(NamelessFiles::try_first, FileKind::in_process);
  const auto other = RoleLock::open(("/proc/self/fd/" + std::to_string(window.file.get())).c_str());
  REQUIRE(other);
  REQUIRE(window.lock->take_setup(std::chrono::milliseconds{0}));

  CHECK_FALSE(other->take_setup(std::chrono::milliseconds{5}));
  window.lock->release_setup();
  CHECK(other->take_setup(std::chrono::milliseconds{5}));
}
