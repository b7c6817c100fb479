#include "process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "tool_error.hpp"

namespace sluice::tools {

namespace {

// A file without a name takes what the program says, however much: a pipe would have to be read meanwhile.
class Capture {
 public:
  Capture() : file_(memfd_create("said", MFD_CLOEXEC)) {
    if (file_ < 0) throw ToolError(fmt::format("sluice: memfd_create: {}", std::strerror(errno)));
  }
  ~Capture() { close(file_); }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  int file() const noexcept { return file_; }

  std::string text() const {
    std::string all;
    std::array<char, 65536> part{};
    for (;;) {
      const ssize_t got = pread(file_, part.data(), part.size(), static_cast<off_t>(all.size()));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return all;
      all.append(part.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  int file_;
};

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  posix_spawn_file_actions_t* get() noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Finished run_program(const std::vector<std::string>& words, const std::filesystem::path& folder) {
  const Capture output;
  const Capture complaint;
  FileActions actions;
  posix_spawn_file_actions_addchdir_np(actions.get(), folder.c_str());
  posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(actions.get(), output.file(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(actions.get(), complaint.file(), STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  pid_t child = 0;
  const int error = posix_spawnp(&child, arguments[0], actions.get(), nullptr, arguments.data(), environ);
  if (error != 0) throw ToolError(fmt::format("sluice: cannot run {}: {}", words[0], std::strerror(error)));
  const int exit_code = wait_for(child);
  return {exit_code, output.text(), complaint.text()};
}

}  // namespace sluice::tools
