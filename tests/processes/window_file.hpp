// The file of a window as a vandal sees it: tests change bytes that nobody may change.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include <doctest/doctest.h>
#include <window.hpp>

class WindowFile {
 public:
  explicit WindowFile(const std::string& path) : fd_(open(path.c_str(), O_RDWR | O_CLOEXEC)) { REQUIRE(fd_ >= 0); }
  WindowFile(const WindowFile&) = delete;
  WindowFile& operator=(const WindowFile&) = delete;
  ~WindowFile() { close(fd_); }

  sluice::detail::HeaderFields header() const {
    sluice::detail::HeaderFields header;
    REQUIRE(pread(fd_, &header, sizeof header, 0) == static_cast<ssize_t>(sizeof header));
    return header;
  }
  std::uint32_t half_word(std::uint64_t offset) const {
    std::uint32_t value = 0;
    REQUIRE(pread(fd_, &value, sizeof value, static_cast<off_t>(offset)) == static_cast<ssize_t>(sizeof value));
    return value;
  }
  template <class T>
  void write(std::uint64_t offset, const T& value) {
    REQUIRE(pwrite(fd_, &value, sizeof value, static_cast<off_t>(offset)) == static_cast<ssize_t>(sizeof value));
  }
  void write_header(const sluice::detail::HeaderFields& header) { write(0, header); }
  std::string bytes() const {
    std::string all(static_cast<std::size_t>(lseek(fd_, 0, SEEK_END)), '\0');
    REQUIRE(pread(fd_, all.data(), all.size(), 0) == static_cast<ssize_t>(all.size()));
    return all;
  }
  void punch_hole(std::uint64_t offset, std::uint64_t bytes) {
    REQUIRE(fallocate(fd_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                      static_cast<off_t>(bytes)) == 0);
  }
  void resize(std::uint64_t bytes) { REQUIRE(ftruncate(fd_, static_cast<off_t>(bytes)) == 0); }

 private:
  int fd_;
};
