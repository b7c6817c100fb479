#include "test_channel.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

TestChannel::TestChannel(Leftovers leftovers) : leftovers_(leftovers) {
  static std::atomic<unsigned> serial{0};
  instance_ = "t" + std::to_string(getpid()) + "_" + std::to_string(serial++);
}

TestChannel::~TestChannel() {
  for (const std::string& path : files()) {
    if (leftovers_ == Leftovers::none) ADD_FAIL_CHECK_AT(__FILE__, __LINE__, "left in shared memory: " << path);
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
}

std::vector<std::string> TestChannel::files() const {
  const std::string end = "." + instance_;
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) {
    if (entry.path().filename().string().ends_with(end)) paths.push_back(entry.path());
  }
  return paths;
}

std::string TestChannel::shown(const std::string& channel) const {
  return "channel '" + channel + "', instance '" + instance_ + "'";
}

std::string TestChannel::own_path(const std::string& channel) const {
  return "/dev/shm/sluice." + std::to_string(geteuid()) + "." + channel + "." + instance_;
}
