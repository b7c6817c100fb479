// Numbers for people: three digits and a unit.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::tools {

/// 1536 -> "1.50 KiB"; below 1024 "512 B".
std::string in_bytes(std::uint64_t bytes);
/// 1234.5 -> "1.23 k/s".
std::string per_second(double rate);
/// "9.6 us", "1.2 ms": three digits at most.
std::string time_text(double seconds);
/// What lies between two times: "0.82-1.21 ms"; where the lower one says little, "<= 151 us". Rounded outwards: what
/// lies between them lies between the numbers shown.
std::string time_range_text(double at_least, double at_most);
/// "1.05k", "43.2M".
std::string count_text(double count);

}  // namespace sluice::tools
