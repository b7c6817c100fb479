// How far a soak is: one line that is rewritten on a terminal, a line every five seconds through a pipe.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>

namespace soak {

class Progress {
 public:
  void show(std::uint64_t kills, std::uint64_t of, std::uint64_t handed_out) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + (is_terminal_ ? std::chrono::milliseconds{200} : std::chrono::milliseconds{5000});
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - begun_).count();
    std::printf("%s%llu of %llu kills, %llu messages taken, %lld s%s", is_terminal_ ? "\r\x1b[K" : "",
                static_cast<unsigned long long>(kills), static_cast<unsigned long long>(of),
                static_cast<unsigned long long>(handed_out), static_cast<long long>(seconds), is_terminal_ ? "" : "\n");
    std::fflush(stdout);
  }
  void end() const {
    if (is_terminal_) std::printf("\r\x1b[K");
  }

 private:
  bool is_terminal_ = isatty(STDOUT_FILENO) == 1;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point next_ = begun_;
};

}  // namespace soak
