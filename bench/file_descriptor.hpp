// An open file of a subject, and what it does while it waits for it.
#pragma once

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>

#include "session.hpp"

namespace bench {

class FileDescriptor {
 public:
  FileDescriptor() noexcept = default;
  explicit FileDescriptor(int file) noexcept : file_(file) {}
  FileDescriptor(FileDescriptor&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~FileDescriptor() {
    if (file_ >= 0) close(file_);
  }
  int get() const noexcept { return file_; }
  explicit operator bool() const noexcept { return file_ >= 0; }

 private:
  int file_ = -1;
};

[[noreturn]] inline void refuse(const char* what) { throw Refused(std::string(what) + ": " + std::strerror(errno)); }

/// Throws Refused unless the last call failed because it would have had to wait.
inline bool would_wait(const char* what) {
  if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR && errno != ENOBUFS) refuse(what);
  return true;
}

/// Sleeps until there is something to read. False: nothing in that time.
inline bool sleep_until_readable(int file, std::chrono::milliseconds timeout) {
  pollfd readable{file, POLLIN, 0};
  return poll(&readable, 1, static_cast<int>(timeout.count())) > 0;
}

}  // namespace bench
