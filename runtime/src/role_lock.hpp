// The kernel's word on who is alive: one OFD lock byte for each role, and one for set-up.
// The kernel drops them with the process, however it dies; a stopped process keeps them, as it should.
// Must hold: the open file that carries the locks is never mapped (a mapping would keep it, and so the locks,
// beyond close()), and a forked child closes it at once.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <memory>

#include "file_descriptor.hpp"
#include "fork_guard.hpp"

namespace sluice::detail {

enum class Role : std::uint8_t { producer, consumer };
constexpr Role other(Role role) noexcept { return role == Role::producer ? Role::consumer : Role::producer; }

/// Which file this is, whatever its name says by now.
struct Inode {
  dev_t device = 0;
  ino_t number = 0;

  static Inode of(int fd) noexcept;
  friend bool operator==(const Inode&, const Inode&) noexcept = default;
};

/// Whether an open file other than `fd` holds the role of the file behind it. A question: it takes nothing, and any
/// `fd` may ask it, a read-only one too.
bool is_held(int fd, Role role) noexcept;

class RoleLock {
 public:
  /// Opens `path` anew. Null, with errno set, where that fails.
  static std::unique_ptr<RoleLock> open(const char* path);
  RoleLock(const RoleLock&) = delete;
  RoleLock& operator=(const RoleLock&) = delete;
  ~RoleLock();

  Inode inode() const noexcept { return Inode::of(file_.get()); }
  /// Tries once. False: another open file holds it.
  bool try_take(Role role) noexcept;
  /// Whether nobody else holds it.
  bool is_free(Role role) const noexcept;
  /// Waits for the set-up byte; false when `patience` has passed.
  bool take_setup(std::chrono::milliseconds patience) noexcept;
  void release_setup() noexcept;
  /// For the one word that both roles may write: a consumer's mapping of it is read-only.
  int fd() const noexcept { return file_.get(); }

 private:
  RoleLock() noexcept : hook_([](void* self) noexcept { static_cast<RoleLock*>(self)->file_.close(); }, this) {}
  int open_file(const char* path) noexcept;

  ForkHook hook_;
  FileDescriptor file_;
};

}  // namespace sluice::detail
