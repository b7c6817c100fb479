// One of the two processes of a soak: a forked child that runs until it is killed or ends by itself.
#pragma once

#include <sys/types.h>

#include <functional>
#include <utility>

namespace soak {

class Worker {
 public:
  explicit Worker(const char* name) : name_(name) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { kill(); }

  const char* name() const noexcept { return name_; }
  /// Runs `work` in a child. What it throws is printed, and ends the child with exit code 1.
  void start(const std::function<void()>& work);

  /// SIGKILL, not waited for: two can die at one moment.
  void strike() noexcept;
  /// Waits until it is gone. False: it had ended by itself before it was struck.
  bool is_killed() noexcept;
  /// Strikes and waits.
  bool kill() noexcept {
    strike();
    return is_killed();
  }
  /// Waits until it ends by itself. False: not in time, or not with exit code 0.
  bool ends_well() noexcept;

 private:
  const char* name_;
  pid_t pid_ = -1;
};

}  // namespace soak
