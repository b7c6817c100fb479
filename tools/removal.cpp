#include "removal.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "role_lock.hpp"
#include "setup.hpp"
#include "window.hpp"

namespace sluice::tools {

namespace {

using detail::FileDescriptor;
using detail::Role;

Removal unlinked(const WindowFile& file) {
  if (!detail::name_is(file.path, file.inode)) return Removal::changed;
  if (unlink(file.path.c_str()) == 0) return Removal::removed;
  return errno == ENOENT ? Removal::changed : Removal::forbidden;
}

// Whether nobody but `fd` has the file open, or mapped. An open() that comes just then waits until the lease is gone.
bool is_nobodys(int fd) {
  const auto before = signal(SIGIO, SIG_IGN);  // how the kernel tells of such an open()
  const bool is_mine = fcntl(fd, F_SETLEASE, F_WRLCK) == 0;
  if (is_mine) fcntl(fd, F_SETLEASE, F_UNLCK);
  signal(SIGIO, before);
  return is_mine;
}

}  // namespace

Removal remove_dead(const ObservedWindow& window, KeptWindows kept) {
  const auto lock = window.open_locks();
  if (!lock) return Removal::forbidden;
  if (!lock->take_setup(detail::kSetupPatience)) return Removal::in_use;
  if (!detail::name_is(window.file().path, window.file().inode)) return Removal::changed;
  if (!lock->try_take(Role::producer) || !lock->try_take(Role::consumer)) return Removal::in_use;
  const bool was_given_up = window.state() == detail::State::retired;
  if (kept == KeptWindows::stay && window.is_kept() && !was_given_up) return Removal::kept;
  return unlinked(window.file());
}

Removal remove_half_made(const WindowFile& file) {
  const FileDescriptor opened(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!opened) return errno == ENOENT ? Removal::changed : Removal::forbidden;
  if (!(detail::Inode::of(opened.get()) == file.inode)) return Removal::changed;
  return is_nobodys(opened.get()) ? unlinked(file) : Removal::in_use;
}

const char* in_words(Removal removal) {
  switch (removal) {
    case Removal::removed:
      return "removed";
    case Removal::in_use:
      return "not removed: somebody uses it";
    case Removal::kept:
      return "not removed: it is to be kept";
    case Removal::changed:
      return "not removed: its name is gone, or leads to another window";
    case Removal::forbidden:
      return "not removed: it belongs to another user";
  }
  return "unknown";
}

}  // namespace sluice::tools
