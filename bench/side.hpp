// What a started process does: finds the shared block, pins itself, runs its side of the subject.
#pragma once

#include "control.hpp"

namespace bench {

/// The whole block: control, then both arenas.
std::size_t block_bytes(std::size_t arena_bytes) noexcept;
/// Where the arenas begin.
std::size_t arenas_offset() noexcept;
/// Maps the first bytes of this file. Throws std::system_error.
Control& map_block(int file, std::size_t bytes);

/// Never throws: a failure goes into the outcome. The exit code of the process.
int run_side(int file, Side side) noexcept;

}  // namespace bench
