#include "errors.hpp"

#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <system_error>
#include <vector>

namespace sluice {

Error::~Error() = default;

const char* to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_name:
      return "invalid_name";
    case ErrorCode::invalid_option:
      return "invalid_option";
    case ErrorCode::role_taken:
      return "role_taken";
    case ErrorCode::window_missing:
      return "window_missing";
    case ErrorCode::shared_memory_full:
      return "shared_memory_full";
    case ErrorCode::permission_denied:
      return "permission_denied";
    case ErrorCode::untrusted_owner:
      return "untrusted_owner";
    case ErrorCode::not_owner:
      return "not_owner";
    case ErrorCode::foreign_object:
      return "foreign_object";
    case ErrorCode::damaged_window:
      return "damaged_window";
    case ErrorCode::other_format:
      return "other_format";
    case ErrorCode::incompatible:
      return "incompatible";
    case ErrorCode::busy:
      return "busy";
    case ErrorCode::poisoned:
      return "poisoned";
    case ErrorCode::forked:
      return "forked";
    case ErrorCode::system:
      return "system";
  }
  return "unknown";
}

const char* to_string(Reason reason) noexcept {
  switch (reason) {
    case Reason::none:
      return "none";
    case Reason::full:
      return "the channel is full";
    case Reason::empty:
      return "the channel is empty";
    case Reason::contended:
      return "the producer replaced the newest message at each attempt";
    case Reason::timeout:
      return "the time has passed";
    case Reason::producer_gone:
      return "the producer is gone";
    case Reason::consumer_gone:
      return "no consumer is attached";
    case Reason::closed:
      return "the producer has left";
    case Reason::retired:
      return "the window is retired";
    case Reason::poisoned:
      return "the window is poisoned";
    case Reason::forked:
      return "this process is a forked child";
    case Reason::building:
      return "another table is being built";
    case Reason::too_large:
      return "the table is larger than max_bytes";
    case Reason::unfinished:
      return "the table is not finished";
    case Reason::invalid:
      return "the table is not valid";
    case Reason::batch_open:
      return "a batch is open";
    case Reason::moved_from:
      return "moved from, published or released";
  }
  return "unknown";
}

namespace detail {

namespace {

std::string start(const ChannelName& name) { return "sluice: " + name.shown() + ": "; }

std::string hint(const std::string& text) { return "\n  hint: " + text; }

std::string user(uid_t uid) {
  struct passwd entry {};
  struct passwd* found = nullptr;
  std::vector<char> text(1024);
  while (getpwuid_r(uid, &entry, text.data(), text.size(), &found) == ERANGE) text.resize(text.size() * 2);
  return found != nullptr ? std::string("user '") + found->pw_name + "'" : "user " + std::to_string(uid);
}

std::string group_name(gid_t gid) {
  struct group entry {};
  struct group* found = nullptr;
  std::vector<char> text(1024);
  while (getgrgid_r(gid, &entry, text.data(), text.size(), &found) == ERANGE) text.resize(text.size() * 2);
  return found != nullptr ? found->gr_name : std::to_string(gid);
}

std::string cure_of(int error) {
  if (error == EMFILE) return hint("this process has too many files open: close some, or raise `ulimit -n`");
  if (error == ENFILE) return hint("this machine has too many files open: raise the sysctl fs.file-max");
  if (error == ENOMEM)
    return hint("memory or address space is short: raise `ulimit -v`, lower `capacity`, or end other programs");
  if (error == ENOENT || error == ENOTDIR) return hint("is /dev/shm mounted, as a tmpfs?");
  return hint("`sluice doctor` looks at what on this machine stands in the way");
}

std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text;
}

}  // namespace

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string shown(Version version) { return std::to_string(version.major) + "." + std::to_string(version.minor); }

const char* shown(Role role) noexcept { return role == Role::producer ? "producer" : "consumer"; }

Error invalid_instance(const ChannelName& name) {
  return {ErrorCode::invalid_name,
          "sluice: channel '" + name.channel + "': instance name '" + printable(name.instance) + "' is not valid" +
              hint("an instance name is a lower-case letter, then up to 63 of a-z, 0-9 and _")};
}

Error invalid_mode(const ChannelName& name, unsigned mode) {
  char octal[16];
  std::snprintf(octal, sizeof octal, "%04o", mode);
  return {ErrorCode::invalid_option,
          start(name) + "mode " + octal + " is not valid" +
              hint("give permission bits that let the owner read and write and not everybody write, "
                   "such as 0600, 0660 or 0644")};
}

Error unknown_group(const ChannelName& name, const std::string& group) {
  return {ErrorCode::invalid_option,
          start(name) + "there is no group '" + group + "'" + hint("`getent group` lists the groups of this machine")};
}

Error not_in_group(const ChannelName& name, gid_t group) {
  const std::string shown_group = group_name(group);
  return {ErrorCode::permission_denied,
          start(name) + "this user is not in group '" + shown_group + "', to which only members may give a channel" +
              hint("add it (`usermod -aG " + shown_group +
                   "` and the user's name, then log in again), or give a `group` that `id -Gn` lists")};
}

Error role_taken(const ChannelName& name, Role role, const Peer& holder) {
  const std::string who = shown(role);
  return {ErrorCode::role_taken,
          start(name) + "it has a " + who + " already: pid " + std::to_string(holder.pid) + ", version " +
              shown(holder.version) +
              hint("a channel has one " + who + "; stop that one, or give this one an `instance` of its own")};
}

Error window_missing(const ChannelName& name, std::chrono::nanoseconds waited) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(waited).count();
  const std::string when = ms > 0 ? "no producer came within " + std::to_string(ms) + " ms" : "no producer has made it";
  return {
      ErrorCode::window_missing,
      start(name) + when +
          hint("start the producer, as the same user and with the same `instance`, or wait for it with open_for()")};
}

Error shared_memory_full(const ChannelName& name, std::uint64_t needed_bytes, std::uint64_t free_bytes,
                         std::uint64_t capacity, std::uint64_t slot_bytes) {
  return {ErrorCode::shared_memory_full,
          start(name) + "not created: the window needs " + with_commas(needed_bytes) + " bytes, shared memory has " +
              with_commas(free_bytes) + " free" +
              hint("lower `capacity` (" + with_commas(capacity) + " slots of " + with_commas(slot_bytes) +
                   " bytes), or enlarge shared memory (in a container: --shm-size)")};
}

Error permission_denied(const ChannelName& name, const std::string& path, const std::string& what) {
  return {
      ErrorCode::permission_denied,
      start(name) + "no permission to " + what + " " + path +
          hint("run both sides as one user, or let the producer create the channel with a `group` that both are in")};
}

Error untrusted_owner(const ChannelName& name, const std::string& path, uid_t owner, NameKind kind) {
  const std::string nobody_of_ours = kind == NameKind::own
                                         ? "who is neither this user nor root"
                                         : "who is neither this user, nor root, nor shares it with a group of ours";
  return {ErrorCode::untrusted_owner,
          start(name) + path + " belongs to " + user(owner) + ", " + nobody_of_ours +
              hint("let that user create the channel with a `group` that both are in, or remove the file")};
}

Error world_writable(const ChannelName& name, const std::string& path) {
  return {ErrorCode::untrusted_owner, start(name) + path + " may be written by everybody on this machine: refused" +
                                          hint("remove the file, or chmod o-w it")};
}

Error not_owner(const ChannelName& name, const std::string& path, uid_t owner) {
  return {ErrorCode::not_owner, start(name) + path + " holds an outdated window of " + user(owner) +
                                    ", which only that user or root may remove" +
                                    hint("let " + user(owner) + " run the new producer once, or remove the file")};
}

Error foreign_object(const ChannelName& name, const std::string& path, const std::string& why) {
  return {ErrorCode::foreign_object, start(name) + path + " is not a window of this channel: " + why +
                                         hint("Sluice leaves it alone; if nobody needs it, remove it")};
}

Error damaged_window(const ChannelName& name, const std::string& path, const std::string& why) {
  return {ErrorCode::damaged_window,
          start(name) + path + " is a damaged window: " + why + hint("stop its users, then remove it")};
}

Error broken_program(const ChannelName& name, const std::string& why) {
  return {ErrorCode::incompatible, start(name) + "this program's own descriptor of it " + why +
                                       hint("its generated code was changed or cut short: generate and build it anew")};
}

Error other_format(const ChannelName& name, const std::string& path, std::uint32_t format, std::uint32_t ours) {
  return {ErrorCode::other_format,
          start(name) + path + " has window format " + std::to_string(format) + ", this program knows format " +
              std::to_string(ours) +
              hint("build both sides with the same release of Sluice; then remove the file if it is left over")};
}

Error memory_not_locked(const ChannelName& name, std::uint64_t bytes, int error) {
  return {ErrorCode::system, start(name) + "its " + with_commas(bytes) +
                                 " bytes cannot be locked in memory: " + std::generic_category().message(error) +
                                 hint("raise `ulimit -l`, or leave `lock_memory` out")};
}

Error busy(const ChannelName& name, std::chrono::milliseconds patience) {
  return {ErrorCode::busy, start(name) + "another process has been setting it up for more than " +
                               std::to_string(patience.count()) + " ms" +
                               hint("is that process stopped or being debugged? Otherwise try again")};
}

Error poisoned(const ChannelName& name, Role role, const char* word, std::uint64_t value) {
  return {ErrorCode::poisoned, start(name) + "poisoned: this " + shown(role) + " met the " + word + " " +
                                   std::to_string(value) + ", which cannot be: a process wrote where it must not" +
                                   hint("restart both sides; the next producer makes a new window")};
}

Error forked(const ChannelName& name, Role role) {
  return {ErrorCode::forked, start(name) + "this " + shown(role) + " belongs to the parent of this forked process" +
                                 hint("create or open an endpoint of its own in the child, or exec")};
}

Error system_error(const ChannelName& name, const std::string& call, int error) {
  const std::string text = start(name) + call + ": " + std::generic_category().message(error);
  if (error == EACCES || error == EPERM) {
    return {ErrorCode::permission_denied,
            text + hint("run both sides as one user, or share the channel through a `group`")};
  }
  if (error == ENOSPC) {
    return {ErrorCode::shared_memory_full,
            start(name) + "shared memory has no room for another file: " + call +
                hint("`df -i /dev/shm` shows how many it may have; `sluice doctor --fix` removes dead windows")};
  }
  return {ErrorCode::system, text + cure_of(error)};
}

}  // namespace detail
}  // namespace sluice
