// A million messages under seccomp's strict mode, in which a system call is a kill.
#include <doctest/doctest.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <optional>
#include <string>

#include "rounds.hpp"

namespace {

/// Runs `hot` in a child that may make no system call but to end. Returns the child's status.
int strictly(const std::function<void()>& prepare, const std::function<bool()>& hot) {
  const pid_t child = fork();
  if (child == 0) {
    prepare();
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) _exit(2);
    const bool passed = hot();
    syscall(SYS_exit, passed ? 0 : 1);  // not exit_group(), which strict mode forbids
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("a million messages of each order pass without a system call") {
  tests::for_each_channel([]<class Channel>(const char* name) {
    CAPTURE(std::string(name));
    const TestChannel channel(TestChannel::Leftovers::expected);  // the child cannot leave: that takes system calls
    std::optional<tests::Ends<Channel>> ends;
    const std::uint64_t messages = Channel::info.message_bytes > 4096 ? 100'000 : 1'000'000;

    const int status = strictly([&] { ends.emplace(tests::both_ends<Channel>(channel)); },
                                [&] { return tests::rounds(*ends, messages) >= messages; });

    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  });
}

TEST_CASE("the proof can fail: one system call among the messages is a kill") {
  const TestChannel channel(TestChannel::Leftovers::expected);
  std::optional<tests::Ends<tests::HotFifoChannel>> ends;

  const int status = strictly([&] { ends.emplace(tests::both_ends<tests::HotFifoChannel>(channel)); },
                              [&] { return tests::rounds(*ends, 100) > 0 && getppid() > 0; });

  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGKILL);
}
