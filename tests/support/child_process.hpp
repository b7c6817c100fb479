// A helper program in a process of its own, for tests that need real processes: started from the folder of the
// running test, spoken to line by line over pipes, given a deadline, killed and reaped at scope end.
// When it does not say what a test waits for, the test fails and prints all that it said, errors included.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

class ChildProcess {
 public:
  /// @param deadline  of the child's whole life: whatever waits for it longer than that fails.
  explicit ChildProcess(const std::string& program, const std::vector<std::string>& arguments = {},
                        std::chrono::seconds deadline = std::chrono::seconds{60});
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  pid_t pid() const noexcept { return pid_; }
  /// Writes a line to the child's standard input.
  void say(const std::string& line);
  /// The next line of the child's standard output. Fails the test when the child ends or the deadline comes first.
  std::string read_line();
  void wait_for_line(const std::string& expected);
  /// Says a line and reads the answer, whose line breaks come as \x1f.
  std::string ask(const std::string& line);

  void kill();  ///< SIGKILL, then reaped.
  void stop();  ///< SIGSTOP, and waits until it has stopped.
  void resume();
  /// Ends its input, waits until it exits. Its exit status, or minus the signal that ended it.
  int wait();

 private:
  [[noreturn]] void fail(const std::string& what);
  std::string said() const;
  void signal(int number) const noexcept;
  void reap() noexcept;

  std::string command_;
  std::chrono::steady_clock::time_point until_;
  pid_t pid_ = -1;
  int input_ = -1;   // to the child
  int output_ = -1;  // from the child
  int errors_ = -1;  // a file in memory that holds its standard error
  int status_ = 0;
  std::string unread_;
  std::string heard_;
};
