#include "role_lock.hpp"

#include <fcntl.h>

#include <cerrno>
#include <thread>

namespace sluice::detail {

namespace {

// Far beyond the end of any window: lock bytes need no bytes in the file.
constexpr off_t kFirstByte = off_t{1} << 60;
constexpr off_t kSetupByte = kFirstByte + 2;

constexpr off_t byte_of(Role role) noexcept { return kFirstByte + static_cast<off_t>(role); }

int lock_call(int fd, int command, struct flock& range) noexcept {
  int result = 0;
  do {
    result = fcntl(fd, command, &range);
  } while (result != 0 && errno == EINTR);
  return result;
}

struct flock range_of(short type, off_t byte) noexcept {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = byte;
  range.l_len = 1;
  return range;
}

bool try_lock(int fd, off_t byte) noexcept {
  struct flock range = range_of(F_WRLCK, byte);
  return lock_call(fd, F_OFD_SETLK, range) == 0;
}

}  // namespace

Inode Inode::of(int fd) noexcept {
  struct stat status {};
  if (fstat(fd, &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

bool is_held(int fd, Role role) noexcept {
  struct flock range = range_of(F_WRLCK, byte_of(role));
  return lock_call(fd, F_OFD_GETLK, range) != 0 || range.l_type != F_UNLCK;
}

std::unique_ptr<RoleLock> RoleLock::open(const char* path) {
  std::unique_ptr<RoleLock> lock(new RoleLock);
  const int error = lock->open_file(path);
  if (error == 0) return lock;
  lock.reset();
  errno = error;
  return nullptr;
}

int RoleLock::open_file(const char* path) noexcept {
  const ForkPause pause;
  file_ = FileDescriptor(::open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK));
  hook_.enlist(pause);
  return file_ ? 0 : errno;
}

RoleLock::~RoleLock() {
  const ForkPause pause;  // a child made between the two would keep the file, and with it the role
  hook_.delist(pause);
  file_.close();
}

bool RoleLock::try_take(Role role) noexcept { return try_lock(file_.get(), byte_of(role)); }

bool RoleLock::is_free(Role role) const noexcept { return !is_held(file_.get(), role); }

bool RoleLock::take_setup(std::chrono::milliseconds patience) noexcept {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!try_lock(file_.get(), kSetupByte)) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::microseconds{200});
  }
  return true;
}

void RoleLock::release_setup() noexcept {
  struct flock range = range_of(F_UNLCK, kSetupByte);
  lock_call(file_.get(), F_OFD_SETLK, range);
}

}  // namespace sluice::detail
