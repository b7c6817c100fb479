// How an endpoint is set up. Every member has a default that suits one user on one machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sluice {

/// How `_for` functions wait.
enum class Wait : std::uint8_t {
  futex,  ///< sleep in the kernel; the other side makes a system call only to wake a sleeper
  poll,   ///< spin on the word: the lowest latency, at the price of a core
};

/// Which unread messages a consumer begins with.
enum class Start : std::uint8_t {
  oldest,  ///< with all that is kept, and what a dead predecessor had not finished
  newest,  ///< with what is published from now on
};

struct CreateOptions {
  std::string instance{};          ///< tells several channels of one schema apart: [a-z][a-z0-9_]*
  std::string group{};             ///< shares the channel with this group: its name on the machine has no user in it
  std::optional<unsigned> mode{};  ///< permission bits; default 0600, with a group 0660; never world-writable
  bool keep = false;               ///< the window, unread messages included, outlives its last user
  bool lock_memory = false;        ///< mlock: no page of the window is ever swapped out
  bool huge_pages = false;         ///< asks for transparent huge pages, where shared memory offers them
  Wait wait = Wait::futex;
};

struct OpenOptions {
  std::string instance{};
  Start start = Start::oldest;
  Wait wait = Wait::futex;
  bool lock_memory = false;
};

}  // namespace sluice
