#include "setup.hpp"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "errors.hpp"
#include "partition.hpp"

namespace sluice::detail {

std::optional<Error> check_instance(const ChannelName& name) {
  if (name.instance.empty() || is_valid_part(name.instance)) return std::nullopt;
  return invalid_instance(name);
}

Attempt<HeldWindow> hold(const ChannelName& name, OpenWindow window) {
  // Anew, but not by name: the locks must lie on the very file that was checked.
  auto lock = RoleLock::open(path_of(window.file.get()).c_str());
  if (!lock) return system_error(name, "open " + window.path, errno);
  if (!lock->take_setup(kSetupPatience)) return busy(name, kSetupPatience);
  if (!name_is(window.path, window.inode)) return StartOver{};
  return HeldWindow{std::move(window), std::move(lock)};
}

bool slots_are_whole(const HeldWindow& held, const LaneView& lane, Role other) {
  return !held.lock->is_free(other) || !Partition<LiveMemory>(lane).check();
}

std::optional<Error> remove_name(const ChannelName& name, const HeldWindow& held) {
  // Whoever takes no locks may have put something else there since hold().
  if (!name_is(held.window.path, held.window.inode)) return std::nullopt;
  if (unlink(held.window.path.c_str()) == 0 || errno == ENOENT) return std::nullopt;
  if (errno == EPERM || errno == EACCES) return not_owner(name, held.window.path, held.window.owner);
  return system_error(name, "unlink " + held.window.path, errno);
}

std::optional<Error> retire(const ChannelName& name, const HeldWindow& held, HalfWord& own_bell) {
  // Who may not remove the name does not retire the window either: nothing could take its place.
  const bool may_remove = held.window.owner == geteuid() || geteuid() == 0;
  if (!may_remove) return not_owner(name, held.window.path, held.window.owner);
  store_state(*held.lock, State::retired);
  ring<LiveMemory>(own_bell);
  return remove_name(name, held);
}

std::optional<Error> lock_memory(const ChannelName& name, Mapping& mapping) {
  if (mapping.lock_memory()) return std::nullopt;
  const int error = errno;
  return memory_not_locked(name, mapping.geometry().total_bytes, error);
}

}  // namespace sluice::detail
