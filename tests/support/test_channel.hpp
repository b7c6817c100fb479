// An instance name that no other test uses. At scope end what is left of it in shared memory is removed, and the
// test fails if there was something: unless it said that a kill leaves the window behind.
#pragma once

#include <string>
#include <vector>

class TestChannel {
 public:
  enum class Leftovers { none, expected };

  explicit TestChannel(Leftovers leftovers = Leftovers::none);
  TestChannel(const TestChannel&) = delete;
  TestChannel& operator=(const TestChannel&) = delete;
  ~TestChannel();

  const std::string& instance() const noexcept { return instance_; }
  /// What stands in shared memory under this instance, whatever channel: paths.
  std::vector<std::string> files() const;
  /// How messages of set-up name the channel: channel 'tests.relay', instance 't1_0'.
  std::string shown(const std::string& channel) const;
  /// Where this user's own window of `channel` stands.
  std::string own_path(const std::string& channel) const;

 private:
  std::string instance_;
  Leftovers leftovers_;
};
