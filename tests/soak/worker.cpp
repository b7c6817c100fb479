#include "worker.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <thread>

namespace soak {

namespace {

int wait_for(pid_t pid, int options) noexcept {
  int status = 0;
  pid_t reaped = 0;
  do {
    reaped = waitpid(pid, &status, options);
  } while (reaped < 0 && errno == EINTR);
  return reaped == pid ? status : -1;
}

}  // namespace

void Worker::start(const std::function<void()>& work) {
  std::fflush(nullptr);
  pid_ = fork();
  if (pid_ < 0) {
    std::perror("soak: fork");
    std::exit(2);
  }
  if (pid_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // none outlives its driver
  std::signal(SIGINT, SIG_IGN);      // Ctrl-C is for the driver
  int code = 0;
  try {
    work();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "\nsoak: the %s ended: %s\n", name_, error.what());
    code = 1;
  }
  std::fflush(nullptr);
  _exit(code);
}

void Worker::strike() noexcept {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

bool Worker::is_killed() noexcept {
  if (pid_ <= 0) return true;
  const int status = wait_for(std::exchange(pid_, -1), 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

bool Worker::ends_well() noexcept {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (std::chrono::steady_clock::now() < until) {
    const int status = wait_for(pid_, WNOHANG);
    if (status != -1) {
      pid_ = -1;
      return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return false;
}

}  // namespace soak
