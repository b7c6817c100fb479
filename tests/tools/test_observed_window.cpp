// Windows looked at from outside: what is said of one in use, messages copied while they are replaced, and files that
// are no windows, or no longer.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include <test_channel.hpp>

#include "../processes/order_messages.hpp"
#include "../processes/window_file.hpp"
#include "descriptor_lookup.hpp"
#include "slot_places.hpp"
#include "tool_error.hpp"
#include "window_list.hpp"

using sluice::tools::Copied;
using sluice::tools::Copy;
using sluice::tools::list_windows;
using sluice::tools::Listed;
using sluice::tools::NotObserved;
using sluice::tools::observe;
using sluice::tools::ObservedWindow;
using sluice::tools::Obstacle;
using sluice::tools::ToolError;
using sluice::tools::window_file_named;
namespace fs = std::filesystem;

namespace {

using Bytes = std::vector<std::uint8_t>;

sluice::CreateOptions instance_of(const TestChannel& channel) {
  sluice::CreateOptions options;
  options.instance = channel.instance();
  return options;
}

sluice::OpenOptions opened_as(const TestChannel& channel) {
  sluice::OpenOptions options;
  options.instance = channel.instance();
  return options;
}

void publish(tests::RelayProducer& producer, std::uint64_t number) {
  auto slot = producer.loan();
  REQUIRE(slot);
  tests::fill(*slot, number);
  slot.publish();
}

template <class Message>
bool holds(const Bytes& bytes, std::uint64_t number) {
  if (bytes.size() != sizeof(Message)) return false;
  Message message;
  std::memcpy(static_cast<void*>(&message), bytes.data(), bytes.size());
  return tests::is_filled(message, number);
}

NotObserved why_not(const std::string& path) {
  auto file = window_file_named(fs::path(path).filename().string());
  REQUIRE(file);
  REQUIRE(sluice::tools::look_at(*file));
  auto looked = ObservedWindow::look(*file);
  REQUIRE(std::holds_alternative<NotObserved>(looked));
  return std::get<NotObserved>(looked);
}

std::optional<std::string> complaint_about(const std::string& name) {
  try {
    observe(name);
  } catch (const ToolError& error) {
    return error.what();
  }
  return std::nullopt;
}

const Listed* entry_of(const std::vector<Listed>& list, const std::string& path) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const Listed& entry) { return entry.file.path == path; });
  return found != list.end() ? &*found : nullptr;
}

std::string window_path(const TestChannel& channel) { return channel.own_path("tests.relay"); }

// A kept window that nobody uses, after `spoil`.
void check_spoilt(const std::function<void(WindowFile&)>& spoil, Obstacle obstacle, const std::string& why) {
  const TestChannel channel(TestChannel::Leftovers::expected);
  auto options = instance_of(channel);
  options.keep = true;
  { auto producer = tests::RelayProducer::create(options); }
  WindowFile file(window_path(channel));
  spoil(file);

  const NotObserved found = why_not(window_path(channel));

  CHECK(found.obstacle == obstacle);
  CHECK(found.why == why);
}

void check_foreign(const std::function<void(const std::string& path)>& place, const std::string& why) {
  const TestChannel channel(TestChannel::Leftovers::expected);
  place(window_path(channel));

  const NotObserved found = why_not(window_path(channel));

  CHECK(found.obstacle == Obstacle::foreign);
  CHECK(found.why == why);
}

}  // namespace

TEST_CASE("a window in use says whose it is, how far it has come, and who is alive") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create(instance_of(channel));
  for (std::uint64_t number = 1; number <= 3; ++number) publish(producer, number);

  const ObservedWindow window = observe("tests.relay/" + channel.instance());

  CHECK(window.name() == "tests.relay/" + channel.instance());
  CHECK(window.instance() == channel.instance());
  CHECK(window.channel().name()->str() == "tests.relay");
  CHECK(window.geometry().message_bytes == sizeof(tests::Relay));
  CHECK(window.order() == sluice::Order::fifo);
  CHECK(window.state() == sluice::detail::State::open);
  CHECK(window.published() == 3);
  CHECK(window.counters().depth == 3);
  CHECK_FALSE(window.is_kept());
  CHECK(window.is_current());
  CHECK(window.producer().is_alive);
  CHECK(window.producer().pid == static_cast<std::uint32_t>(getpid()));
  CHECK(window.producer().version.major == 1);
  CHECK_FALSE(window.consumer().is_alive);
  CHECK(window.consumer().pid == 0);

  auto consumer = tests::RelayConsumer::open(opened_as(channel));
  CHECK(consumer.take());
  CHECK(window.consumer().is_alive);
  CHECK(window.counters().depth == 2);
}

TEST_CASE("who is asked about keeps its lock, and who asks takes none") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create(instance_of(channel));
  const ObservedWindow window = observe("tests.relay/" + channel.instance());
  CHECK_FALSE(window.consumer().is_alive);
  CHECK(window.producer().is_alive);

  auto consumer = tests::RelayConsumer::open(opened_as(channel));  // its role is free

  CHECK(window.consumer().is_alive);
  CHECK(tests::RelayProducer::try_create(instance_of(channel)).error().code() == sluice::ErrorCode::role_taken);
}

TEST_CASE("a window whose users have left is no longer current, and its last words can still be read") {
  const TestChannel channel;
  std::optional<tests::RelayProducer> producer(tests::RelayProducer::create(instance_of(channel)));
  publish(*producer, 1);
  const ObservedWindow window = observe("tests.relay/" + channel.instance());

  producer.reset();

  CHECK_FALSE(window.is_current());
  CHECK_FALSE(window.producer().is_alive);
  CHECK(window.state() == sluice::detail::State::closed);
  CHECK(window.published() == 1);
}

TEST_CASE("messages are copied by number, as long as their slots were not used again") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create(instance_of(channel));
  auto consumer = tests::RelayConsumer::open(opened_as(channel));
  const ObservedWindow window = observe("tests.relay/" + channel.instance());
  Bytes bytes;
  CHECK(window.copy_newest(bytes).outcome == Copied::not_there);

  const std::uint64_t last = tests::RelayChannel::info.capacity + 5;
  for (std::uint64_t number = 1; number <= last; ++number) {
    publish(producer, number);
    CHECK(consumer.take());
  }
  { const auto dropped = producer.loan(); }  // its slot has number 0 until it is used again

  CHECK(window.copy_newest(bytes).number == last);
  CHECK(holds<tests::Relay>(bytes, last));
  CHECK(window.copy_message(last - 1, bytes).outcome == Copied::whole);
  CHECK(holds<tests::Relay>(bytes, last - 1));
  CHECK(window.copy_message(1, bytes).outcome == Copied::missed);
  CHECK(window.copy_message(last + 1, bytes).outcome == Copied::not_there);
  CHECK(window.copy_message(0, bytes).outcome == Copied::not_there);
  CHECK(window.copy_slot(tests::RelayChannel::info.capacity, bytes).outcome == Copied::not_there);
}

TEST_CASE("a message that is loaned and filled, but not published, is not seen") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create(instance_of(channel));
  const ObservedWindow window = observe("tests.relay/" + channel.instance());
  auto slot = producer.loan();
  tests::fill(*slot, 1);
  Bytes bytes;

  for (std::uint32_t at = 0; at < tests::RelayChannel::info.capacity; ++at) CHECK_FALSE(window.copy_slot(at, bytes));
  WindowFile file(window_path(channel));
  const std::uint64_t number_of_slot_0 = file.header().geometry.slots_offset + 8;
  file.write(number_of_slot_0, std::uint64_t{1});  // as just before the push
  CHECK(window.copy_slot(0, bytes).outcome == Copied::not_there);
  CHECK(window.copy_newest(bytes).outcome == Copied::not_there);
}

TEST_CASE("a copy that is made while messages are replaced is whole, or says that it missed") {
  const TestChannel channel;
  auto producer = tests::OnlyNewestProducer::create(instance_of(channel));
  const ObservedWindow window = observe("tests.only_newest/" + channel.instance());
  std::atomic<bool> should_end{false};
  std::thread publishing([&] {
    for (std::uint64_t number = 1; !should_end; ++number) {
      auto slot = producer.loan();
      if (!slot) continue;
      tests::fill(*slot, number);
      slot.publish();
    }
  });

  std::uint64_t whole = 0, missed = 0, torn = 0;
  Bytes bytes;
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);  // the machine may be busy
  const auto is_tried = [&] { return whole >= 100'000 && missed > 0; };
  for (std::uint32_t at = 0; !is_tried() && std::chrono::steady_clock::now() < give_up;
       at = (at + 1) % tests::OnlyNewestChannel::info.capacity) {
    const Copy copy = window.copy_slot(at, bytes);
    whole += copy.outcome == Copied::whole ? 1 : 0;
    missed += copy.outcome == Copied::missed ? 1 : 0;
    torn += copy && !holds<tests::OnlyNewest>(bytes, copy.number) ? 1 : 0;
  }
  should_end = true;
  publishing.join();

  MESSAGE("whole ", whole, ", missed ", missed);
  CHECK(torn == 0);
  CHECK(is_tried());
}

TEST_CASE("a partition that is told of a busy channel is sound") {
  const TestChannel channel;
  auto producer = tests::OnlyNewestProducer::create(instance_of(channel));
  const ObservedWindow window = observe("tests.only_newest/" + channel.instance());
  std::atomic<bool> should_end{false};
  std::thread publishing([&] {
    while (!should_end) producer.loan().publish();
  });

  std::uint64_t at_rest = 0, restless = 0;
  std::string faults;
  while (at_rest + restless < 2000) {
    const auto copy = sluice::tools::copy_at_rest(window);
    (copy ? at_rest : restless) += 1;
    for (const std::string& fault : copy ? sluice::tools::partition_of(*copy).faults : std::vector<std::string>{}) {
      faults += fault + "\n";
    }
  }
  should_end = true;
  publishing.join();

  MESSAGE("at rest ", at_rest, ", restless ", restless);
  CHECK(faults == "");
}

TEST_CASE("what is no window says so") {
  check_foreign([](const std::string& path) { fs::create_directory(path); }, "it is a folder");
  check_foreign([](const std::string& path) { fs::create_symlink("/dev/null", path); }, "it is a symbolic link");
  check_foreign([](const std::string& path) { REQUIRE(mkfifo(path.c_str(), 0600) == 0); }, "it is a pipe");
  check_foreign([](const std::string& path) { std::ofstream file(path); }, "it is empty");
  check_foreign([](const std::string& path) { std::ofstream(path) << "sluice"; }, "it is too short");
  check_foreign([](const std::string& path) { std::ofstream(path) << std::string(5000, 'x'); },
                "it does not begin as a Sluice window does");
}

TEST_CASE("a window of another format, or one that contradicts itself, says so") {
  using sluice::detail::HeaderFields;
  const auto change = [](const std::function<void(HeaderFields&)>& change_header) {
    return [change_header](WindowFile& file) {
      HeaderFields header = file.header();
      change_header(header);
      file.write_header(header);
    };
  };

  check_spoilt(change([](HeaderFields& header) { header.format = 2; }), Obstacle::other_format,
               "it is of window format 2, this command reads format 1");
  check_spoilt(change([](HeaderFields& header) { header.geometry.slots_offset += 64; }), Obstacle::damaged,
               "its header contradicts itself");
  check_spoilt(change([](HeaderFields& header) { header.fingerprint ^= 1; }), Obstacle::damaged,
               "its descriptor gives another fingerprint");
  check_spoilt([](WindowFile& file) { file.write(file.header().geometry.descriptor_offset, ~std::uint64_t{0}); },
               Obstacle::damaged, "its descriptor is not valid");
  check_spoilt([](WindowFile& file) { file.punch_hole(file.header().geometry.slots_offset, 4096); }, Obstacle::damaged,
               "it has holes");
  check_spoilt([](WindowFile& file) { file.resize(4096); }, Obstacle::damaged,
               "it has 4,096 bytes, its header says 16,384");
}

TEST_CASE("a window under another channel's name is foreign there") {
  const TestChannel channel(TestChannel::Leftovers::expected);
  auto options = instance_of(channel);
  options.keep = true;
  { auto producer = tests::RelayProducer::create(options); }
  fs::rename(window_path(channel), channel.own_path("tests.other"));

  CHECK(why_not(channel.own_path("tests.other")).why == "it holds channel 'tests.relay'");
}

TEST_CASE("a window that is cut short while it is looked at reads as zeroes, and says so") {
  const TestChannel channel(TestChannel::Leftovers::expected);
  auto options = instance_of(channel);
  options.keep = true;
  {
    auto producer = tests::RelayProducer::create(options);
    publish(producer, 1);
  }
  const ObservedWindow window = observe("tests.relay/" + channel.instance());
  CHECK(window.published() == 1);
  CHECK_FALSE(window.was_cut());

  WindowFile(window_path(channel)).resize(0);

  Bytes bytes;
  CHECK(window.published() == 0);
  CHECK(window.copy_newest(bytes).outcome == Copied::not_there);
  CHECK(window.counters().depth == 0);
  CHECK(window.was_cut());
}

TEST_CASE("words that cannot be lead nowhere") {
  const TestChannel channel(TestChannel::Leftovers::expected);
  auto options = instance_of(channel);
  options.keep = true;
  {
    auto producer = tests::RelayProducer::create(options);
    publish(producer, 1);
  }
  WindowFile file(window_path(channel));
  const auto geometry = file.header().geometry;
  file.write(geometry.producer_offset + sizeof(sluice::detail::ProducerWords) + sizeof(std::uint32_t), 0xFFFF'FFFFU);
  const ObservedWindow window = observe("tests.relay/" + channel.instance());
  Bytes bytes;

  CHECK(window.copy_message(1, bytes).outcome == Copied::missed);
  file.write(geometry.producer_offset + offsetof(sluice::detail::ProducerWords, published), ~std::uint64_t{0});
  CHECK(window.copy_newest(bytes).outcome == Copied::missed);
  CHECK(window.copy_message(1'000'000'000'000, bytes).outcome == Copied::missed);
}

TEST_CASE("a list holds every window and every file that is none, by the name that leads to it") {
  const TestChannel channel(TestChannel::Leftovers::expected);
  auto own = tests::RelayProducer::create(instance_of(channel));
  auto options = instance_of(channel);
  options.mode = 0640;
  auto shared = tests::RelayProducer::create(options);
  const std::string broken = channel.own_path("tests.broken");
  std::ofstream{broken} << "no window";

  const std::vector<Listed> list = list_windows();

  const Listed* const own_entry = entry_of(list, window_path(channel));
  REQUIRE(own_entry != nullptr);
  CHECK(own_entry->window);
  CHECK(own_entry->name == "tests.relay/" + channel.instance());
  const std::string shared_name = "sluice.tests.relay." + channel.instance();
  const Listed* const shared_entry = entry_of(list, "/dev/shm/" + shared_name);
  REQUIRE(shared_entry != nullptr);
  CHECK(shared_entry->name == shared_name);  // the short name leads to one's own
  CHECK(observe(shared_name).file().path == "/dev/shm/" + shared_name);
  const Listed* const broken_entry = entry_of(list, broken);
  REQUIRE(broken_entry != nullptr);
  CHECK_FALSE(broken_entry->window);
  CHECK(broken_entry->name == "tests.broken." + channel.instance());
  CHECK(broken_entry->obstacle.why == "it is too short");
}

TEST_CASE("a window answers to all forms of its name, and a mistyped one is told the nearest") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create(instance_of(channel));
  const std::string path = window_path(channel);
  const std::string file_name = fs::path(path).filename().string();

  for (const std::string& name :
       {"tests.relay/" + channel.instance(), "tests.relay." + channel.instance(), file_name, path}) {
    CHECK(observe(name).file().path == path);
  }
  CHECK(complaint_about("tests.rellay/" + channel.instance()) ==
        "sluice: no window 'tests.rellay/" + channel.instance() + "'; did you mean 'tests.relay/" + channel.instance() +
            "'?\n  hint: sluice ls shows all windows");
  for (const char* const name : {"", "/", "..", "../shm/x", "tests..relay", "\x1b[31m"}) CHECK(complaint_about(name));
}

TEST_CASE("file names are taken apart as the runtime makes them") {
  CHECK(window_file_named("sluice.1000.demo.imu.left")->user == 1000U);
  CHECK(window_file_named("sluice.1000.demo.imu.left")->dotted == "demo.imu.left");
  CHECK(window_file_named("sluice.demo.imu")->user == std::nullopt);
  CHECK(window_file_named("sluice.demo.imu")->dotted == "demo.imu");
  CHECK(window_file_named(".sluice.4242.0")->is_half_made);
  CHECK(window_file_named("sluice.Demo")->dotted.empty());
  CHECK(window_file_named("sluice.")->dotted.empty());
  CHECK(window_file_named("sluice.12")->dotted.empty());
  CHECK(window_file_named("sluice.1.")->dotted.empty());
  for (const char* const name : {"sluice.01.demo.imu", "sluice.4294967296.demo.imu", "sluice.-1.demo.imu"}) {
    CHECK(window_file_named(name)->dotted.empty());
  }
  CHECK_FALSE(window_file_named("sluicegate"));
  CHECK_FALSE(window_file_named("other"));
}
