// What must be undone in a forked child: locks closed, mappings replaced, endpoints told.
// An inherited open of the locks' file would keep a dead parent's role alive, so the child closes it at once.
// Not handled: a raw clone() without exec, which runs no handlers.
#pragma once

#include <mutex>

namespace sluice::detail {

/// Holds off fork() while a lock's file is open and not yet registered.
class ForkPause {
 public:
  ForkPause();

 private:
  std::unique_lock<std::mutex> held_;
};

/// Base of whatever a forked child must not keep. Registered from construction to destruction.
class ForkAware {
 public:
  ForkAware(const ForkAware&) = delete;
  ForkAware& operator=(const ForkAware&) = delete;

  /// Runs in the child, before fork() returns there: async-signal-safe calls only.
  virtual void in_forked_child() noexcept = 0;

 protected:
  explicit ForkAware(const ForkPause& pause);
  virtual ~ForkAware();

 private:
  friend class ForkRegistry;
  ForkAware* next_ = nullptr;
  ForkAware* previous_ = nullptr;
};

}  // namespace sluice::detail
