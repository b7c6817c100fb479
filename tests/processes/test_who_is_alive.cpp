// Liveness is the kernel's word on a lock, not a process id: zombies, ids used again, PID namespaces, core dumps.
#include <doctest/doctest.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "relay_messages.hpp"
#include "relay_peers.hpp"

using namespace std::chrono_literals;

namespace {

// Kills the process and leaves it unreaped: it keeps its process id, and kill(pid, 0) calls it alive.
void make_zombie(const ChildProcess& process) {
  REQUIRE(::kill(process.pid(), SIGKILL) == 0);
  siginfo_t ended{};
  REQUIRE(waitid(P_PID, static_cast<id_t>(process.pid()), &ended, WEXITED | WNOWAIT) == 0);
  REQUIRE(::kill(process.pid(), 0) == 0);
}

// A process with the id that is asked for, which sleeps until it is killed; -1 where the system refuses.
pid_t process_with_id(pid_t id) {
  struct clone_args arguments {};
  arguments.exit_signal = SIGCHLD;
  arguments.set_tid = reinterpret_cast<std::uintptr_t>(&id);
  arguments.set_tid_size = 1;
  const long child = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child == 0) {
    for (;;) pause();
  }
  return static_cast<pid_t>(child);
}

// A folder for core dumps, gone at scope end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string path = std::filesystem::temp_directory_path() / "sluice_core_XXXXXX";
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::uintmax_t bytes() const {
    std::uintmax_t sum = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) sum += entry.file_size();
    return sum;
  }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("scenario 12: a producer that is a zombie is dead, and taken over at once") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(producer.ask("publish 1") == "published");

  make_zombie(producer);

  CHECK(consumer.ask("take_for 30000") == "1");
  CHECK(consumer.ask("take_for 30000") == "the producer is gone");
  ChildProcess successor = peer(channel);
  CHECK(successor.ask("create") == "created");
  CHECK(successor.ask("publish 1") == "published");
  CHECK(consumer.ask("take_for 30000") == "2");
  CHECK(consumer.wait() == 0);
  CHECK(successor.wait() == 0);
}

TEST_CASE("scenario 12: a stranger with the process id of a killed producer does not keep its role alive") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  const pid_t id = producer.pid();
  producer.kill();
  const pid_t stranger = process_with_id(id);
  if (stranger != id) {
    MESSAGE("not run: this user may not choose a process id: " << std::strerror(errno));
    consumer.kill();
    ChildProcess successor = peer(channel);
    CHECK(successor.ask("create") == "created");
    return;
  }

  CHECK(consumer.ask("take_for 30000") == "the producer is gone");
  ChildProcess successor = peer(channel);
  CHECK(successor.ask("create") == "created");
  CHECK(successor.ask("publish 1") == "published");
  CHECK(consumer.ask("take_for 30000") == "1");

  CHECK(::kill(stranger, SIGKILL) == 0);
  CHECK(waitpid(stranger, nullptr, 0) == stranger);
  CHECK(consumer.wait() == 0);
  CHECK(successor.wait() == 0);
}

TEST_CASE("scenario 13: peers in different PID namespaces see each other live and die") {
  for (const bool producer_is_inside : {true, false}) {
    const TestChannel channel;
    ChildProcess inside{"in_pid_namespace", {"relay_peer", channel.instance()}};
    if (inside.read_line() != "inside") {
      MESSAGE("not run: this user may not make a PID namespace");
      return;
    }
    ChildProcess outside = peer(channel);
    ChildProcess& producer = producer_is_inside ? inside : outside;
    ChildProcess& consumer = producer_is_inside ? outside : inside;
    CHECK(producer.ask("create") == "created");
    CHECK(consumer.ask("open") == "opened");

    CHECK(consumer.ask("take_for 250") == "the time has passed");
    CHECK(producer.ask("publish 64") == "published");
    CHECK(producer.ask("loan_for 250") == "the time has passed");
    CHECK(consumer.ask("take 1") == "1");
    inside.kill();

    if (producer_is_inside) {
      for (int number = 2; number <= 64; ++number) CHECK(outside.ask("take_for 30000") == std::to_string(number));
      CHECK(outside.ask("take_for 30000") == "the producer is gone");
    } else {
      CHECK(outside.ask("drain 30000") == "no consumer is attached");
    }
    ChildProcess successor = peer(channel);
    CHECK(successor.ask(producer_is_inside ? "create" : "open") == (producer_is_inside ? "created" : "opened"));
    CHECK(successor.wait() == 0);
    CHECK(outside.wait() == 0);
  }
}

TEST_CASE("scenario 15: a producer that dumps a large core keeps its role until the dump is written, and no longer") {
  const TestChannel channel;
  const ScratchFolder folder;
  constexpr std::uintmax_t image = std::uintmax_t{256} << 20;
  ChildProcess producer = peer(channel);
  ChildProcess consumer = peer(channel);
  ChildProcess successor = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(consumer.ask("open") == "opened");
  CHECK(producer.ask("publish 3") == "published");

  CHECK(producer.ask("abort_with_core 256 " + folder.path()) == "aborting");
  const auto until = std::chrono::steady_clock::now() + 50s;
  std::string said = successor.ask("create");
  unsigned refused = 0;
  for (; said != "created" && std::chrono::steady_clock::now() < until; said = successor.ask("create")) {
    REQUIRE_MESSAGE(said.starts_with("role_taken "), said);
    ++refused;
    std::this_thread::sleep_for(2ms);  // leaves the dump some of the machine
  }

  const std::uintmax_t dumped = folder.bytes();
  CHECK(said == "created");
  CHECK(successor.ask("publish 1") == "published");
  CHECK(consumer.ask("take 5") == "1 2 3 4 the channel is empty");
  CHECK(producer.wait() == -SIGABRT);
  CHECK(dumped == folder.bytes());  // it was whole when the role became free
  if (dumped < image) MESSAGE("no core was written here: see core_pattern");
  MESSAGE("the successor was refused " << refused << " times, the core has " << (folder.bytes() >> 20) << " MiB");
  CHECK(consumer.wait() == 0);
  CHECK(successor.wait() == 0);
}
