// One seed for a test's randomness: from SLUICE_SEED, else from the system; printed, so that a failure can be had
// again.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>

namespace sluice::test {

inline std::uint64_t seed() {
  const char* const given = std::getenv("SLUICE_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cout << "SLUICE_SEED=" << seed << "\n";
  return seed;
}

}  // namespace sluice::test
