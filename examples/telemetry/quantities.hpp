// Numbers as people read them: three digits that count, and a unit.
#pragma once

#include <cstdint>
#include <string>

namespace telemetry {

std::string as_duration(std::uint64_t ns);      ///< "850 ns", "12.3 us", "4.56 ms", "1.20 s"
std::string as_bytes(double bytes);             ///< "999 B", "1.23 MB": powers of 1000
std::string as_gibibytes(std::uint64_t bytes);  ///< "23.5": powers of 1024, as memory comes
std::string as_percent(double share);           ///< "38.2%"
std::string as_count(std::uint64_t count);      ///< "1,234,567"
std::string as_clock(std::uint64_t seconds);    ///< "1:02:03"

/// printf's "%.*f".
std::string with_decimals(double value, int decimals);

}  // namespace telemetry
