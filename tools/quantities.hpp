// Numbers for people: three digits and a unit.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::tools {

/// 1536 -> "1.50 KiB"; below 1024 "512 B".
std::string in_bytes(std::uint64_t bytes);
/// 1234.5 -> "1.23 k/s".
std::string per_second(double rate);

}  // namespace sluice::tools
