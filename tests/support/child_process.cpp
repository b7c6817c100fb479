#include "child_process.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

using Clock = std::chrono::steady_clock;

namespace {

std::string own_folder() {
  char path[4096];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  if (length <= 0) return ".";
  const std::string whole(path, static_cast<std::size_t>(length));
  return whole.substr(0, whole.rfind('/'));
}

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) FAIL("pipe2: " << std::strerror(errno));
    read_end = ends[0];
    write_end = ends[1];
  }
};

[[noreturn]] void become(const std::string& path, std::vector<char*> arguments, int input, int output, int errors) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves no stray child behind
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  execv(path.c_str(), arguments.data());
  _exit(127);
}

}  // namespace

ChildProcess::ChildProcess(const std::string& program, const std::vector<std::string>& arguments,
                           std::chrono::seconds deadline)
    : command_(program), until_(Clock::now() + deadline) {
  std::signal(SIGPIPE, SIG_IGN);  // writing to a dead child is an error to report, not a death of our own
  const std::string path = own_folder() + "/" + program;
  std::vector<std::string> words{path};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  for (const std::string& argument : arguments) command_ += " " + argument;

  const Pipe to_child;
  const Pipe from_child;
  errors_ = memfd_create("errors", MFD_CLOEXEC);
  pid_ = fork();
  if (pid_ == 0) become(path, pointers, to_child.read_end, from_child.write_end, errors_);
  ::close(to_child.read_end);
  ::close(from_child.write_end);
  input_ = to_child.write_end;
  output_ = from_child.read_end;
  if (pid_ < 0) fail("fork failed");
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : command_(std::move(other.command_)),
      until_(other.until_),
      pid_(std::exchange(other.pid_, -1)),
      input_(std::exchange(other.input_, -1)),
      output_(std::exchange(other.output_, -1)),
      errors_(std::exchange(other.errors_, -1)),
      status_(other.status_),
      unread_(std::move(other.unread_)),
      heard_(std::move(other.heard_)) {}

ChildProcess::~ChildProcess() {
  kill();
  for (const int fd : {input_, output_, errors_}) {
    if (fd >= 0) ::close(fd);
  }
}

void ChildProcess::say(const std::string& line) {
  const std::string text = line + "\n";
  if (write(input_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    fail("cannot be told '" + line + "'");
}

std::string ChildProcess::read_line() {
  for (;;) {
    const std::size_t end = unread_.find('\n');
    if (end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until_ - Clock::now());
    struct pollfd readable {
      output_, POLLIN, 0
    };
    if (left.count() <= 0 || poll(&readable, 1, static_cast<int>(left.count())) == 0) fail("said nothing more in time");
    char bytes[4096];
    const ssize_t count = read(output_, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail("ended");
    unread_.append(bytes, static_cast<std::size_t>(count));
    heard_.append(bytes, static_cast<std::size_t>(count));
  }
}

void ChildProcess::wait_for_line(const std::string& expected) {
  const std::string line = read_line();
  if (line != expected) fail("said '" + line + "' where '" + expected + "' was expected");
}

std::string ChildProcess::ask(const std::string& line) {
  say(line);
  std::string answer = read_line();
  std::replace(answer.begin(), answer.end(), '\x1f', '\n');
  return answer;
}

void ChildProcess::kill() {
  signal(SIGKILL);
  reap();
}

void ChildProcess::stop() {
  signal(SIGSTOP);
  int status = 0;
  if (pid_ <= 0 || waitpid(pid_, &status, WUNTRACED) != pid_ || !WIFSTOPPED(status)) fail("did not stop");
}

void ChildProcess::resume() { signal(SIGCONT); }

// A child that has been reaped has no process id any more, and kill(-1) would mean every process there is.
void ChildProcess::signal(int number) const noexcept {
  if (pid_ > 0) ::kill(pid_, number);
}

int ChildProcess::wait() {
  if (input_ >= 0) ::close(std::exchange(input_, -1));
  while (pid_ > 0) {
    const pid_t reaped = waitpid(pid_, &status_, WNOHANG);
    if (reaped == pid_) pid_ = -1;
    if (reaped < 0 && errno != EINTR) fail("cannot be waited for");
    if (pid_ > 0 && Clock::now() >= until_) fail("did not exit in time");
    struct pollfd readable {
      output_, POLLIN, 0
    };  // its end of the pipe closes when it exits: no need to spin
    char bytes[4096];
    if (pid_ > 0 && poll(&readable, 1, 100) > 0) {
      const ssize_t count = read(output_, bytes, sizeof bytes);
      if (count > 0) unread_.append(bytes, static_cast<std::size_t>(count));
      if (count > 0) heard_.append(bytes, static_cast<std::size_t>(count));
      if (count == 0) reap();
    }
  }
  const int result = WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
  if (result != 0) MESSAGE("'" << command_ << "' ended with " << result << said());
  return result;
}

void ChildProcess::fail(const std::string& what) {
  const std::string text = "'" + command_ + "' " + what + said();
  kill();
  FAIL(text);
  std::abort();  // not reached: FAIL throws
}

std::string ChildProcess::said() const {
  std::string errors(1 << 16, '\0');
  const ssize_t count = pread(errors_, errors.data(), errors.size(), 0);
  errors.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return "\n--- it said:\n" + heard_ + "--- and as errors:\n" + errors + "---";
}

void ChildProcess::reap() noexcept {
  if (pid_ <= 0) return;
  while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}
