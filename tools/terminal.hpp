// A terminal taken over for a live screen, and given back as it was: at the end, at SIGINT and SIGTERM (through
// stop_signal.hpp and this object's end), and when the program crashes. Plain ANSI sequences, as every terminal since
// the VT100 knows them. One at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::tools {

struct ScreenSize {
  std::size_t columns = 100;
  std::size_t rows = 30;
};

/// Of the terminal on standard output; else of COLUMNS and LINES; else 100 x 30.
ScreenSize screen_size();
bool is_terminal();

enum class Key : std::uint8_t {
  none,
  up,
  down,
  left,
  right,
  home,
  end,
  page_up,
  page_down,
  enter,
  escape,
  f1,
  f6,
  f10,
  other
};

struct KeyPress {
  Key key = Key::none;
  char character = 0;  // of Key::other
};

class Terminal {
 public:
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Shows lines from the top, each as wide as the screen at most, with one write.
  void show(const std::vector<std::string>& lines);
  /// Waits for a key. None: the time is over, the size has changed, or a signal came.
  KeyPress wait_for_key(std::chrono::milliseconds patience);
};

}  // namespace sluice::tools
