// What must be undone in a forked child: locks closed, mappings replaced, endpoints told.
// An inherited open of the locks' file would keep a dead parent's role alive, so the child closes it at once.
// Must hold: an owner enlists as the last step of being made, and delists as the first of going, each under a
// ForkPause that also covers the system call in question: a fork sees it whole, or not at all.
// Not handled: a raw clone() without exec, which runs no handlers.
#pragma once

#include <mutex>

namespace sluice::detail {

/// Holds off fork() in other threads while it lives. Not to be nested.
class ForkPause {
 public:
  ForkPause();

 private:
  std::unique_lock<std::mutex> held_;
};

/// An entry in the list of what a forked child undoes.
class ForkHook {
 public:
  /// @param run  called with `owner` in the child, before fork() returns there: async-signal-safe calls only.
  ForkHook(void (*run)(void* owner) noexcept, void* owner) noexcept : run_(run), owner_(owner) {}
  ForkHook(const ForkHook&) = delete;
  ForkHook& operator=(const ForkHook&) = delete;

  void enlist(const ForkPause& pause) noexcept;
  void delist(const ForkPause& pause) noexcept;

 private:
  friend class ForkList;

  void (*run_)(void*) noexcept;
  void* owner_;
  ForkHook* next_ = nullptr;
  ForkHook* previous_ = nullptr;
};

}  // namespace sluice::detail
