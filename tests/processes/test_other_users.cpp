// Windows of other users: who may not come in, who is not trusted, and what cannot be removed.
// Needs two users, so it runs as root only; children become user and group 65534.
#include <doctest/doctest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "relay_messages.hpp"

namespace {

constexpr uid_t kStranger = 65534;

bool is_root() {
  if (geteuid() == 0) return true;
  MESSAGE("not run: only root can become another user");
  return false;
}

ChildProcess stranger(const TestChannel& channel, const std::string& program = "relay_peer") {
  return ChildProcess{program, {channel.instance(), std::to_string(kStranger)}};
}

std::string start(const TestChannel& channel) { return "sluice: " + channel.shown("tests.relay") + ": "; }

std::string name_of(uid_t id) {
  const struct passwd* const entry = getpwuid(id);
  return entry != nullptr ? "user '" + std::string(entry->pw_name) + "'" : "user " + std::to_string(id);
}

std::string shared_path(const TestChannel& channel, const std::string& name = "tests.relay") {
  return "/dev/shm/sluice." + name + "." + channel.instance();
}

template <class Endpoint>
std::string said(const sluice::Result<Endpoint>& result) {
  return result ? "none" : std::string(sluice::to_string(result.error().code())) + " " + result.error().what();
}

}  // namespace

TEST_CASE("scenario 16: one user's channel does not exist for another") {
  if (!is_root()) return;
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  ChildProcess other = stranger(channel);

  CHECK(other.ask("open").starts_with("window_missing "));

  CHECK(other.ask("create") == "created");
  CHECK(channel.files().size() == 2);
  CHECK(other.wait() == 0);
}

TEST_CASE("scenario 16: two users with equal channel names have a channel each, and read their own messages only") {
  if (!is_root()) return;
  const TestChannel channel;
  constexpr uid_t other_stranger = 65533;
  const auto as = [&](uid_t user) { return ChildProcess{"relay_peer", {channel.instance(), std::to_string(user)}}; };
  ChildProcess left_producer = as(kStranger);
  ChildProcess right_producer = as(other_stranger);
  ChildProcess left_consumer = as(kStranger);
  ChildProcess right_consumer = as(other_stranger);

  CHECK(left_producer.ask("create") == "created");
  CHECK(right_producer.ask("create") == "created");
  CHECK(left_consumer.ask("open") == "opened");
  CHECK(right_consumer.ask("open") == "opened");
  CHECK(left_producer.ask("publish 1") == "published");
  CHECK(right_producer.ask("publish 2") == "published");

  CHECK(channel.files().size() == 2);
  CHECK(left_consumer.ask("take 2") == "1 the channel is empty");
  CHECK(right_consumer.ask("take 3") == "1 2 the channel is empty");
  for (ChildProcess* const peer : {&left_producer, &left_consumer, &right_producer, &right_consumer}) {
    CHECK(peer->wait() == 0);
  }
}

TEST_CASE("scenario 16: a link that another user left under the name of one's own channel is not followed") {
  if (!is_root()) return;
  const TestChannel channel(TestChannel::Leftovers::expected);
  const TestChannel target;
  auto producer = tests::RelayProducer::create({.instance = target.instance()});
  const std::string path = channel.own_path("tests.relay");
  REQUIRE(symlink(target.own_path("tests.relay").c_str(), path.c_str()) == 0);
  REQUIRE(lchown(path.c_str(), kStranger, kStranger) == 0);

  CHECK(said(tests::RelayConsumer::try_open({.instance = channel.instance()})).starts_with("foreign_object "));
  CHECK(said(tests::RelayProducer::try_create({.instance = channel.instance()})).starts_with("foreign_object "));

  CHECK(std::filesystem::is_symlink(path));
  CHECK(std::filesystem::exists(target.own_path("tests.relay")));
}

TEST_CASE("scenario 16: permission_denied: a shared window whose mode leaves the user out") {
  if (!is_root()) return;
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance(), .mode = 0660});
  ChildProcess other = stranger(channel);

  const std::string text =
      "permission_denied " + start(channel) + "no permission to open " + shared_path(channel) +
      "\n  hint: run both sides as one user, or let the producer create the channel with a `group` "
      "that both are in";

  CHECK(other.ask("open") == text);
  CHECK(other.ask("create mode=0660") == text);
  CHECK(channel.files().size() == 1);
  CHECK(other.wait() == 0);
}

TEST_CASE("permission_denied: a group that the user is not in cannot be given a window") {
  if (!is_root()) return;
  const TestChannel channel;
  ChildProcess other = stranger(channel);

  CHECK(other.ask("create group=root") ==
        "permission_denied " + start(channel) +
            "this user is not in group 'root', to which only members may give a channel\n  hint: add it "
            "(`usermod -aG root` and the user's name, then log in again), or give a `group` that `id -Gn` lists");

  CHECK(channel.files().empty());
  CHECK(other.wait() == 0);
}

TEST_CASE("a window that is shared with a group works between two of its members") {
  if (!is_root()) return;
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance(), .mode = 0664});
  REQUIRE(chown(shared_path(channel).c_str(), 0, kStranger) == 0);
  ChildProcess other = stranger(channel);
  auto loan = producer.loan();
  tests::fill(*loan, 1);
  loan.publish();

  CHECK(other.ask("open") == "opened");

  CHECK(other.ask("take 1") == "1");
  CHECK(other.wait() == 0);
}

TEST_CASE("scenario 16: untrusted_owner: a file of another user, who may fill it as he likes") {
  if (!is_root()) return;
  const TestChannel channel(TestChannel::Leftovers::expected);
  const std::string path = channel.own_path("tests.relay");
  std::ofstream(path) << std::string(4096, 'x');
  REQUIRE(chown(path.c_str(), kStranger, kStranger) == 0);
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  const std::string text = "untrusted_owner " + start(channel) + path + " belongs to " + name_of(kStranger) +
                           ", who is neither this user nor root\n  hint: let that user create the channel with a "
                           "`group` that both are in, or "
                           "remove the file";

  CHECK(said(tests::RelayConsumer::try_open({.instance = channel.instance()})) == text);
  CHECK(said(tests::RelayProducer::try_create({.instance = channel.instance()})) == text);

  CHECK(std::filesystem::exists(path));
}

TEST_CASE("untrusted_owner: under a private name a common group vouches for nobody") {
  if (!is_root()) return;
  const TestChannel channel(TestChannel::Leftovers::expected);
  ChildProcess other = stranger(channel);
  REQUIRE(other.ask("create mode=0660 keep") == "created");
  REQUIRE(chown(shared_path(channel).c_str(), kStranger, getegid()) == 0);
  CHECK(tests::RelayConsumer::try_open({.instance = channel.instance()}));  // under its shared name it is trusted

  std::filesystem::rename(shared_path(channel), channel.own_path("tests.relay"));

  CHECK(said(tests::RelayConsumer::try_open({.instance = channel.instance()})).starts_with("untrusted_owner "));
  CHECK(said(tests::RelayProducer::try_create({.instance = channel.instance()})).starts_with("untrusted_owner "));
}

TEST_CASE("untrusted_owner: a window that everybody may write to") {
  const TestChannel channel(TestChannel::Leftovers::expected);
  { auto producer = tests::RelayProducer::create({.instance = channel.instance(), .keep = true}); }
  const std::string path = channel.own_path("tests.relay");
  REQUIRE(chmod(path.c_str(), 0666) == 0);
  const std::string text =
      "untrusted_owner " + start(channel) + path +
      " may be written by everybody on this machine: refused\n  hint: remove the file, or chmod o-w it";

  CHECK(said(tests::RelayConsumer::try_open({.instance = channel.instance()})) == text);
  CHECK(said(tests::RelayProducer::try_create({.instance = channel.instance()})) == text);

  CHECK(std::filesystem::exists(path));
}

TEST_CASE("another user's window that outlived him is left closed, and its owner's next producer goes on in it") {
  if (!is_root()) return;
  const TestChannel channel;
  std::optional producer = tests::RelayProducer::create({.instance = channel.instance(), .mode = 0660});
  REQUIRE(chown(shared_path(channel).c_str(), 0, kStranger) == 0);
  ChildProcess other = stranger(channel);
  CHECK(other.ask("open") == "opened");
  producer.reset();

  CHECK(other.ask("leave") == "left");  // the last one, and it may not remove root's file from a sticky folder

  CHECK(channel.files().size() == 1);
  CHECK(other.ask("open").starts_with("window_missing "));
  producer.emplace(tests::RelayProducer::create({.instance = channel.instance(), .mode = 0660}));
  CHECK(other.ask("open") == "opened");
  CHECK(other.ask("leave") == "left");
  producer.reset();
  CHECK(channel.files().empty());
}

TEST_CASE("not_owner: another user's window of another schema stays, and its owner is named") {
  if (!is_root()) return;
  const TestChannel channel;
  const std::string path = shared_path(channel, "tests.evolving");
  ChildProcess owner{"evolution_v1_1", {channel.instance()}};
  CHECK(owner.ask("create mode=0660 keep") == "created");
  REQUIRE(chown(path.c_str(), 0, kStranger) == 0);
  CHECK(owner.ask("leave") == "left");
  ChildProcess other = stranger(channel, "evolution_v1_2");

  CHECK(other.ask("create mode=0660") == "not_owner sluice: " + channel.shown("tests.evolving") + ": " + path +
                                             " holds an outdated window of user 'root', which only that user or root "
                                             "may remove\n  hint: let user 'root' run "
                                             "the new producer once, or remove the file");

  CHECK(std::filesystem::exists(path));
  CHECK(owner.ask("create mode=0660") == "created");
  CHECK(owner.ask("leave") == "left");
  CHECK(channel.files().empty());
  CHECK(other.wait() == 0);
  CHECK(owner.wait() == 0);
}
