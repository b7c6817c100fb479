// Windows whose name was taken away while they are in use: they take memory until their last user ends, nobody else
// can find them, and `ls` does not show them. Found by the files that processes have open, as far as one may look.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::tools {

struct NamelessWindow {
  std::string channel;  // as its descriptor says; empty if that cannot be told
  std::uint64_t bytes = 0;
  std::vector<pid_t> users;  // processes that have it open
};

/// Looks twice, a moment apart, since a window in the making has no name yet either.
std::vector<NamelessWindow> nameless_windows();

}  // namespace sluice::tools
