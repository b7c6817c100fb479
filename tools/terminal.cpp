#include "terminal.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

namespace sluice::tools {

namespace {

// Alternate screen, cursor hidden, lines not wrapped; and back.
constexpr char kEnter[] = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
constexpr char kLeave[] = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

constexpr std::array kCrashes{SIGSEGV, SIGABRT, SIGFPE, SIGILL, SIGHUP, SIGQUIT};

// For the signal handler too, so plain data.
termios settings_before;
volatile std::sig_atomic_t has_settings = 0;
volatile std::sig_atomic_t is_taken = 0;

void write_all(const char* text, std::size_t size) {
  while (size > 0) {
    const ssize_t written = write(STDOUT_FILENO, text, size);
    if (written < 0) return;
    text += written;
    size -= static_cast<std::size_t>(written);
  }
}

// Calls only what POSIX allows in a signal handler.
void give_back() {
  if (is_taken == 0) return;
  is_taken = 0;
  write_all(kLeave, sizeof kLeave - 1);
  if (has_settings != 0) tcsetattr(STDIN_FILENO, TCSANOW, &settings_before);
}

void give_back_and_die(int signal) {
  give_back();
  raise(signal);  // SA_RESETHAND: now it does what it always does
}

void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, nullptr);
}

std::size_t number_in(const char* variable) {
  const char* const text = std::getenv(variable);
  const long number = text != nullptr ? std::strtol(text, nullptr, 10) : 0;
  return number > 0 && number < 10'000 ? static_cast<std::size_t>(number) : 0;
}

struct Sequence {
  std::string_view bytes;
  Key key;
};

constexpr std::array kSequences{
    Sequence{"[A", Key::up},       Sequence{"[B", Key::down},       Sequence{"[C", Key::right},
    Sequence{"[D", Key::left},     Sequence{"OA", Key::up},         Sequence{"OB", Key::down},
    Sequence{"OC", Key::right},    Sequence{"OD", Key::left},       Sequence{"[H", Key::home},
    Sequence{"[F", Key::end},      Sequence{"[1~", Key::home},      Sequence{"[4~", Key::end},
    Sequence{"[5~", Key::page_up}, Sequence{"[6~", Key::page_down}, Sequence{"OP", Key::f1},
    Sequence{"[11~", Key::f1},     Sequence{"[[A", Key::f1},        Sequence{"[17~", Key::f6},
    Sequence{"[21~", Key::f10}};

bool is_readable(int timeout_ms) {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return poll(&input, 1, timeout_ms) > 0 && (input.revents & POLLIN) != 0;
}

// A sequence comes in one piece or nearly so; an ESC that stays alone is the key.
KeyPress read_sequence() {
  constexpr int patience_ms = 20;
  constexpr std::size_t longest = 8;
  std::string bytes;
  while (bytes.size() < longest && is_readable(patience_ms)) {
    char c = 0;
    if (read(STDIN_FILENO, &c, 1) != 1) break;
    bytes += c;
    const auto found = std::find_if(kSequences.begin(), kSequences.end(),
                                    [&](const Sequence& sequence) { return sequence.bytes == bytes; });
    if (found != kSequences.end()) return {found->key, 0};
    const bool is_complete = bytes.size() > 1 && bytes != "[[" && (c == '~' || (c >= 'A' && c <= 'Z'));
    if (is_complete) return {};
  }
  return {bytes.empty() ? Key::escape : Key::none, 0};
}

}  // namespace

bool is_terminal() { return isatty(STDOUT_FILENO) != 0; }

ScreenSize screen_size() {
  ScreenSize size;
  winsize window{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 && window.ws_row > 0) {
    return {window.ws_col, window.ws_row};
  }
  if (const std::size_t columns = number_in("COLUMNS"); columns > 0) size.columns = columns;
  if (const std::size_t rows = number_in("LINES"); rows > 0) size.rows = rows;
  return size;
}

Terminal::Terminal() {
  has_settings = tcgetattr(STDIN_FILENO, &settings_before) == 0 ? 1 : 0;
  is_taken = 1;
  for (const int signal : kCrashes) handle(signal, give_back_and_die, static_cast<int>(SA_RESETHAND));
  handle(
      SIGWINCH, [](int) {}, 0);  // wakes wait_for_key()
  if (has_settings != 0) {
    termios raw = settings_before;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;  // stopped, it would leave the terminal as it is now
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  }
  write_all(kEnter, sizeof kEnter - 1);
}

Terminal::~Terminal() {
  give_back();
  for (const int signal : kCrashes) handle(signal, SIG_DFL, 0);
}

void Terminal::show(const std::vector<std::string>& lines) {
  const std::size_t rows = screen_size().rows;
  std::string out = "\x1b[H";
  for (std::size_t row = 0; row < std::min(rows, lines.size()); ++row) {
    if (row > 0) out += "\r\n";
    out += lines[row] + "\x1b[0m\x1b[K";
  }
  if (lines.size() < rows) out += "\x1b[J";
  write_all(out.data(), out.size());
}

KeyPress Terminal::wait_for_key(std::chrono::milliseconds patience) {
  if (!is_readable(static_cast<int>(patience.count()))) return {};
  char c = 0;
  if (read(STDIN_FILENO, &c, 1) != 1) {  // no terminal behind it any more: do not ask again at once
    poll(nullptr, 0, static_cast<int>(patience.count()));
    return {};
  }
  if (c == '\x1b') return read_sequence();
  if (c == '\r' || c == '\n') return {Key::enter, 0};
  return {Key::other, c};
}

}  // namespace sluice::tools
