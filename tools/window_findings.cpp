#include "window_findings.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "errors.hpp"
#include "escaped_text.hpp"
#include "slot_places.hpp"
#include "window_reading.hpp"

namespace sluice::tools {

namespace {

std::string messages(std::uint64_t count) {
  if (count == 0) return "no message is unread";
  return count == 1 ? "1 message is unread" : fmt::format("{} messages are unread", detail::with_commas(count));
}

Finding about(const Listed& entry, std::string kind) {
  Finding finding;
  finding.kind = std::move(kind);
  finding.subject = escaped(entry.name);
  finding.file = entry.file;
  return finding;
}

std::string remove_by_hand(const WindowFile& file) {
  return fmt::format("if nobody needs it: rm {}", escaped(file.path));
}

std::string how_it_ended(const Reading& reading) {
  if (reading.state == detail::State::closed) return "its producer has left";
  return fmt::format("its producer, pid {}, was killed", reading.producer.pid);
}

Finding dead(const Listed& entry, const Reading& reading) {
  Finding finding = about(entry, "dead_window");
  finding.what = fmt::format("a dead window: nobody is attached; {}", how_it_ended(reading));
  finding.means = fmt::format("The next program that opens the channel goes on in it; {}. Until then it takes memory.",
                              messages(reading.counters.depth));
  finding.todo = "start its programs again, or: sluice doctor --fix, which removes it, messages and all";
  finding.can_be_removed = true;
  return finding;
}

Finding retired(const Listed& entry) {
  Finding finding = about(entry, "retired_window");
  finding.what = "a retired window: it was given up, and nobody is attached";
  finding.means = "No message comes through it any more; whoever gave it up ended before its name was gone.";
  finding.todo = "the next producer removes it, and so does sluice doctor --fix";
  finding.can_be_removed = true;
  return finding;
}

Finding kept(const Listed& entry, const Reading& reading) {
  Finding finding = about(entry, "kept_window");
  finding.weight = Weight::note;
  finding.what = fmt::format("a window that is to be kept: nobody is attached; {}", how_it_ended(reading));
  finding.means =
      fmt::format("Its producer wanted it to stay. The next program that opens the channel goes on in it; {}.",
                  messages(reading.counters.depth));
  finding.todo = "if nobody needs it: sluice doctor --fix --kept";
  finding.can_be_removed = true;
  finding.is_kept = true;
  return finding;
}

Finding unsound(const Listed& entry, const std::string& fault) {
  Finding finding = about(entry, "unsound_window");
  finding.what = "a window that contradicts itself: " + fault;
  finding.means = "Something other than Sluice wrote into it. Whoever attaches next gives it up and makes a new one.";
  finding.todo = fmt::format("sluice inspect {} tells more, sluice doctor --fix removes it", finding.subject);
  finding.can_be_removed = true;
  return finding;
}

Finding orphaned(const Listed& entry, const Reading& reading) {
  Finding finding = about(entry, "producer_killed");
  finding.weight = Weight::note;
  finding.what = fmt::format("its producer, pid {}, was killed; its consumer, pid {}, waits for another",
                             reading.producer.pid, reading.consumer.pid);
  finding.means = "The next producer goes on in the same window; the consumer notices nothing else.";
  finding.todo = "start the producer again";
  return finding;
}

Finding draining(const Listed& entry) {
  Finding finding = about(entry, "retired_in_use");
  finding.weight = Weight::note;
  finding.what = "a retired window that is still in use";
  finding.means = "Its users read what is left, then open the window that took its place.";
  return finding;
}

Finding unknown_state(const Listed& entry) {
  Finding finding = about(entry, "unsound_window");
  finding.what = "a window whose state is no number that Sluice writes";
  finding.means = "Something other than Sluice wrote into it.";
  finding.todo = "stop its users, then " + remove_by_hand(entry.file);
  return finding;
}

// Why open() refuses it, whoever uses it.
std::optional<Finding> untrusted(const Listed& entry) {
  const WindowFile& file = entry.file;
  if ((file.mode & 0002) != 0) {
    Finding finding = about(entry, "world_writable");
    finding.what = fmt::format("mode {}: every user of the machine may write it", octal(file.mode));
    finding.means = "Sluice refuses such a window.";
    finding.todo = fmt::format("chmod o-w {}", escaped(file.path));
    return finding;
  }
  const bool is_planted = file.user && file.owner != *file.user && file.owner != 0;
  if (!is_planted) return std::nullopt;
  Finding finding = about(entry, "foreign_owner");
  finding.what =
      fmt::format("it bears a name of user {}, but belongs to {}", user_name(*file.user), user_name(file.owner));
  finding.means = "Sluice refuses it: somebody has put it where that user's own window should be.";
  finding.todo = fmt::format("ask {} why; then rm {}", user_name(file.owner), escaped(file.path));
  return finding;
}

std::optional<Finding> on_window(const Listed& entry) {
  if (auto finding = untrusted(entry)) return finding;
  const ObservedWindow& window = *entry.window;
  const Reading reading = Reading::of(window);
  const bool is_retired = reading.state == detail::State::retired;
  const bool is_known = is_retired || reading.state == detail::State::open || reading.state == detail::State::closed;
  if (!is_known) return unknown_state(entry);
  if (reading.producer.is_alive || reading.consumer.is_alive) {
    if (is_retired) return draining(entry);
    const bool was_killed = !reading.producer.is_alive && reading.state == detail::State::open;
    return was_killed ? std::optional(orphaned(entry, reading)) : std::nullopt;
  }
  const auto copy = copy_at_rest(window);
  if (window.is_in_use() || !copy) return std::nullopt;  // somebody has come meanwhile
  const Partition partition = partition_of(*copy);
  if (window.was_cut() || !window.is_current()) return std::nullopt;
  if (is_retired) return retired(entry);
  if (reading.is_kept) return kept(entry, reading);
  if (!partition.faults.empty()) return unsound(entry, partition.faults.front());
  return dead(entry, reading);
}

Finding half_made(const Listed& entry) {
  Finding finding = about(entry, "half_made_window");
  finding.subject = escaped(entry.file.file_name);
  finding.what = "a window in the making, which has no name yet";
  finding.means = "It gets one within a moment, unless the process that makes it was killed or stopped.";
  finding.todo = "sluice doctor --fix removes it, if nobody has it open";
  finding.can_be_removed = S_ISREG(entry.file.mode);
  if (!finding.can_be_removed) finding.todo = remove_by_hand(entry.file);
  return finding;
}

Finding unreadable(const Listed& entry) {
  Finding finding = about(entry, "unreadable");
  finding.weight = Weight::note;
  finding.what = entry.obstacle.why +
                 fmt::format(": it belongs to {}, mode {}", user_name(entry.file.owner), octal(entry.file.mode));
  finding.means = "What is in it, and who uses it, cannot be told.";
  finding.todo = fmt::format("run sluice doctor as {}, or as root", user_name(entry.file.owner));
  return finding;
}

Finding other_format(const Listed& entry) {
  Finding finding = about(entry, "other_format");
  finding.what = "a window of another release of Sluice: " + entry.obstacle.why;
  finding.means = "Programs built with this release cannot use the channel while it is there.";
  finding.todo = "build all its programs with one release; " + remove_by_hand(entry.file);
  return finding;
}

Finding damaged(const Listed& entry) {
  Finding finding = about(entry, "damaged_window");
  finding.what = "a damaged window: " + entry.obstacle.why;
  finding.means = "Programs are refused while it is there: something other than Sluice has changed it.";
  finding.todo = "stop its users; " + remove_by_hand(entry.file);
  return finding;
}

Finding foreign(const Listed& entry) {
  Finding finding = about(entry, "foreign_object");
  finding.what = "no window: " + escaped(entry.obstacle.why);
  finding.means = "It stands under a name that Sluice uses: programs of that channel are refused.";
  finding.todo = S_ISDIR(entry.file.mode) ? fmt::format("if nobody needs it: rmdir {}", escaped(entry.file.path))
                                          : remove_by_hand(entry.file);
  return finding;
}

}  // namespace

std::optional<Finding> finding_on(const Listed& entry) {
  if (entry.file.is_half_made) return half_made(entry);
  if (entry.window) return on_window(entry);
  switch (entry.obstacle.obstacle) {
    case Obstacle::gone:
      return std::nullopt;
    case Obstacle::unreadable:
      return unreadable(entry);
    case Obstacle::other_format:
      return other_format(entry);
    case Obstacle::damaged:
      return damaged(entry);
    case Obstacle::foreign:
      return foreign(entry);
  }
  return std::nullopt;
}

Finding finding_on(const NamelessWindow& window) {
  Finding finding;
  finding.kind = "nameless_window";
  finding.subject = window.channel.empty() ? "a window without a name" : escaped(window.channel);
  std::string users;
  for (const pid_t user : window.users) users += (users.empty() ? "" : ", ") + std::to_string(user);
  finding.what = fmt::format("its name was taken away while it is in use, by pid {}", users);
  finding.means = fmt::format(
      "Nobody else can find it. Its {} bytes are free once these processes have closed it. Somebody ran rm, or "
      "RemoveIPC "
      "did its work.",
      detail::with_commas(window.bytes));
  finding.todo = "start them again";
  return finding;
}

}  // namespace sluice::tools
