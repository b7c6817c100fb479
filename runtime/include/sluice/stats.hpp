// What either side may ask about a channel while it runs.
#pragma once

#include <cstdint>

#include <sluice/channel_info.hpp>

namespace sluice {

/// Counts since the window was made. Read one by one while both sides run: each is exact, together they are a sketch.
struct Stats {
  std::uint64_t published = 0;    ///< messages
  std::uint64_t taken = 0;        ///< messages handed to the application, repeats included
  std::uint64_t rejected = 0;     ///< loans refused because the channel was full
  std::uint64_t redelivered = 0;  ///< repeats after a consumer's death
  std::uint64_t dropped = 0;      ///< messages never handed out: replaced by a newer one (latest), or skipped at open
  std::uint64_t invalid = 0;      ///< messages handed out whose FlatBuffers table could not be read
  std::uint64_t depth = 0;        ///< messages published and not yet handed to the application
};

/// The process on the other side, as it wrote itself down at attach. `pid` is of its own PID namespace.
struct Peer {
  std::uint32_t pid = 0;  ///< 0: there has never been one
  Version version{};      ///< of its schema
};

}  // namespace sluice
