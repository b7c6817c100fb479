// What `sluice doctor` may remove, what it says about the machine, and how tables and numbers are printed.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include <test_channel.hpp>

#include "../processes/relay_messages.hpp"
#include "columns.hpp"
#include "machine_findings.hpp"
#include "quantities.hpp"
#include "removal.hpp"
#include "remove_ipc.hpp"
#include "temporary_folder.hpp"
#include "window_findings.hpp"
#include "window_list.hpp"

using namespace sluice::tools;
using sluice::detail::Role;
using sluice::detail::RoleLock;
namespace fs = std::filesystem;

namespace {

sluice::CreateOptions kept_in(const TestChannel& channel) {
  sluice::CreateOptions options;
  options.instance = channel.instance();
  options.keep = true;
  return options;
}

// A kept window that everybody has left, looked at.
ObservedWindow left_window(const TestChannel& channel) {
  { auto producer = tests::RelayProducer::create(kept_in(channel)); }
  return observe("tests.relay/" + channel.instance());
}

std::string path_of_window(const TestChannel& channel) { return channel.own_path("tests.relay"); }

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

Machine healthy() {
  Machine machine;
  machine.total_bytes = 1000;
  machine.free_bytes = 100;
  machine.total_inodes = 1000;
  machine.free_inodes = 100;
  machine.lockable_bytes = 500;
  machine.huge_pages = "advise";
  return machine;
}

std::string kinds_of(const Machine& machine) {
  std::string kinds;
  for (const Finding& finding : findings_on(machine, 500)) kinds += finding.kind + " ";
  return kinds;
}

}  // namespace

TEST_CASE("a window that nobody uses loses its name, and a kept one only where that is asked for") {
  const TestChannel channel;
  const ObservedWindow window = left_window(channel);

  CHECK(remove_dead(window, KeptWindows::stay) == Removal::kept);
  CHECK(fs::exists(path_of_window(channel)));
  CHECK(remove_dead(window, KeptWindows::go_too) == Removal::removed);
  CHECK_FALSE(fs::exists(path_of_window(channel)));
  CHECK(remove_dead(window, KeptWindows::go_too) == Removal::changed);
}

TEST_CASE("whoever has come since the window was looked at keeps it") {
  const TestChannel channel(TestChannel::Leftovers::expected);
  const ObservedWindow window = left_window(channel);
  sluice::OpenOptions opened;
  opened.instance = channel.instance();
  {
    auto producer = tests::RelayProducer::create(kept_in(channel));
    CHECK(remove_dead(window, KeptWindows::go_too) == Removal::in_use);
  }
  {
    std::optional<tests::RelayProducer> producer(tests::RelayProducer::create(kept_in(channel)));
    auto consumer = tests::RelayConsumer::open(opened);
    producer.reset();
    CHECK(remove_dead(window, KeptWindows::go_too) == Removal::in_use);
  }
  CHECK(fs::exists(path_of_window(channel)));
}

TEST_CASE("a window that another process is setting up is left alone") {
  const TestChannel channel(TestChannel::Leftovers::expected);
  const ObservedWindow window = left_window(channel);
  const auto setting_up = RoleLock::open(path_of_window(channel).c_str());
  REQUIRE(setting_up->take_setup(std::chrono::milliseconds{0}));

  CHECK(remove_dead(window, KeptWindows::go_too) == Removal::in_use);
  CHECK(fs::exists(path_of_window(channel)));
}

TEST_CASE("a new window that has taken the name is not the one that was looked at") {
  const TestChannel channel(TestChannel::Leftovers::expected);
  const ObservedWindow window = left_window(channel);
  fs::remove(path_of_window(channel));
  { auto producer = tests::RelayProducer::create(kept_in(channel)); }

  CHECK(remove_dead(window, KeptWindows::go_too) == Removal::changed);
  CHECK(fs::exists(path_of_window(channel)));
}

TEST_CASE("a hidden file goes once nobody has it open or mapped, here or in another process") {
  const std::string path = "/dev/shm/.sluice." + std::to_string(getpid()) + ".777";
  write(path, std::string(4096, '\0'));
  auto file = *window_file_named(fs::path(path).filename().string());
  REQUIRE(look_at(file));
  {
    const auto opened = sluice::detail::FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    CHECK(remove_half_made(file) == Removal::in_use);
  }
  {
    std::optional<GuardedMapping> mapped;
    {
      const auto opened = sluice::detail::FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
      mapped = GuardedMapping::map(opened.get(), 4096);
    }
    CHECK(remove_half_made(file) == Removal::in_use);
  }
  CHECK(fs::exists(path));

  CHECK(remove_half_made(file) == Removal::removed);

  CHECK_FALSE(fs::exists(path));
  CHECK(remove_half_made(file) == Removal::changed);
}

TEST_CASE("a mapping leaves faults that are not its own to whoever they concern") {
  const pid_t child = fork();
  if (child == 0) {
    const TestChannel channel(TestChannel::Leftovers::expected);
    const ObservedWindow window = left_window(channel);  // takes SIGBUS
    fs::remove(path_of_window(channel));
    raise(SIGBUS);
    raise(SIGBUS);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);

  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGBUS);
}

TEST_CASE("RemoveIPC is on unless a file says no, and the last word wins") {
  const TemporaryFolder folder;
  const fs::path root = folder.path();
  const auto setting = [&] { return read_remove_ipc(root.string()); };
  CHECK(setting().is_on);
  CHECK(setting().source == "");

  write(root / "usr/lib/systemd/logind.conf", "[Login]\nRemoveIPC=no\n");
  CHECK_FALSE(setting().is_on);
  CHECK(setting().source == "/usr/lib/systemd/logind.conf");
  write(root / "etc/systemd/logind.conf", "[Login]\n#RemoveIPC=no\n");  // hides the one above
  CHECK(setting().is_on);
  write(root / "etc/systemd/logind.conf", "[Login]\n  RemoveIPC = Off \n[Other]\nRemoveIPC=yes\n");
  CHECK_FALSE(setting().is_on);
  write(root / "usr/lib/systemd/logind.conf.d/50-ipc.conf", "[Login]\nRemoveIPC=yes\n");
  CHECK(setting().is_on);
  write(root / "etc/systemd/logind.conf.d/40-ipc.conf", "[Login]\nRemoveIPC=no\n");  // earlier by name
  CHECK(setting().is_on);
  write(root / "etc/systemd/logind.conf.d/50-ipc.conf", "[Login]\nRemoveIPC=false\n");  // hides the other 50
  CHECK_FALSE(setting().is_on);
  CHECK(setting().source == "/etc/systemd/logind.conf.d/50-ipc.conf");
  write(root / "run/systemd/logind.conf.d/60-ipc.conf", "[Login]\nRemoveIPC=\n");  // the default again
  CHECK(setting().is_on);
  write(root / "run/systemd/logind.conf.d/70-ipc.conf", "[Login]\nRemoveIPC=perhaps\n");  // as if it were not there
  CHECK(setting().is_on);
  write(root / "run/systemd/logind.conf.d/70-ipc.cnf", "[Login]\nRemoveIPC=no\n");
  CHECK(setting().is_on);
}

TEST_CASE("RemoveIPC concerns people who log in, where logind runs, unless they linger") {
  const TemporaryFolder folder;
  const std::string root = folder.path().string();
  CHECK_FALSE(logind_runs(root));
  fs::create_directories(root + "/run/systemd/system");
  fs::create_directories(root + "/run/systemd/seats");
  CHECK(logind_runs(root));

  CHECK(is_subject_to_remove_ipc(54'321, root));
  CHECK_FALSE(is_subject_to_remove_ipc(0, root));
  CHECK_FALSE(is_subject_to_remove_ipc(999, root));
  CHECK_FALSE(is_subject_to_remove_ipc(65'534, root));
  write(root + "/var/lib/systemd/linger/54321", "");
  CHECK_FALSE(is_subject_to_remove_ipc(54'321, root));
}

TEST_CASE("of the machine is told what may trouble a channel, and nothing else") {
  CHECK(kinds_of(healthy()) == "");
  const auto with = [](auto change) {
    Machine machine = healthy();
    change(machine);
    return kinds_of(machine);
  };

  CHECK(with([](Machine& machine) { machine.free_bytes = 99; }) == "shared_memory_full ");
  CHECK(with([](Machine& machine) { machine.free_inodes = 99; }) == "shared_memory_inodes ");
  CHECK(with([](Machine& machine) { machine.total_inodes = machine.free_inodes = 0; }) == "");
  CHECK(with([](Machine& machine) { machine.loses_names = true; }) == "remove_ipc ");
  CHECK(with([](Machine& machine) { machine.lockable_bytes = 499; }) == "locked_memory ");
  CHECK(with([](Machine& machine) { machine.lockable_bytes = 0, machine.may_lock_all = true; }) == "");
  CHECK(with([](Machine& machine) { machine.huge_pages = "never"; }) == "huge_pages ");
  CHECK(with([](Machine& machine) { machine.huge_pages = ""; }) == "");
}

TEST_CASE("this machine can be looked at") {
  const Machine machine = Machine::look({0});

  CHECK(machine.total_bytes > 0);
  CHECK(machine.free_bytes <= machine.total_bytes);
  CHECK_FALSE(machine.loses_names);  // root's are left alone
}

TEST_CASE("cells stand below each other, numbers to the right, and no line ends in a space") {
  Columns table({{"NAME"}, {"N", Align::right}, {"LAST"}});
  table.add({{"a"}, {"1"}, {"x"}});
  table.add({{"longer"}, {"1000"}, {""}});
  table.add({{""}, {""}, {"y"}});
  const auto lines = table.lines(Palette());

  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "NAME       N  LAST");
  CHECK(lines[1] == "a          1  x");
  CHECK(lines[2] == "longer  1000");
  CHECK(lines[3] == "              y");
}

TEST_CASE("colours do not move columns") {
  Columns table({{""}, {""}});
  table.add({{"a", Colour::bad}, {"x"}});
  table.add({{"bbb"}, {"y"}});

  CHECK(table.lines(Palette(true))[0] == "\x1b[31ma\x1b[0m    x");
}

TEST_CASE("numbers have three digits and a unit") {
  CHECK(in_bytes(0) == "0 B");
  CHECK(in_bytes(1023) == "1023 B");
  CHECK(in_bytes(1024) == "1.00 KiB");
  CHECK(in_bytes(16'384) == "16.0 KiB");
  CHECK(in_bytes(1024 * 1024 - 1) == "1.00 MiB");
  CHECK(in_bytes(~std::uint64_t{0}) == "16384 PiB");
  CHECK(per_second(0) == "0/s");
  CHECK(per_second(0.5) == "0.5/s");
  CHECK(per_second(999) == "999/s");
  CHECK(per_second(1234.5) == "1.23 k/s");
  CHECK(per_second(99'960) == "100 k/s");
  CHECK(per_second(43.2e6) == "43.2 M/s");
}

TEST_CASE("the name that a nameless window gives itself does not reach the terminal as it is") {
  CHECK(finding_on(NamelessWindow{"demo\xC2\x9B.\xE2\x80\xAEm", 4096, {7}}).subject ==
        "demo\\xc2\\x9b.\\xe2\\x80\\xaem");
}
