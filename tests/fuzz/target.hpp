// A fuzz target: one function that lives through any bytes. libFuzzer calls it for minutes (libfuzzer.cpp, preset
// `fuzz`), an ordinary test for each file of seeds/ (test_seeds.cpp, all other presets).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace sluice::fuzz {

/// Does with the bytes what the target is about. Returns what came of it, in a word that a seed can be called by.
/// Aborts where a promise is broken.
std::string run_target(const std::uint8_t* bytes, std::size_t size);

inline void demand(bool holds, const char* promise) noexcept {
  if (holds) return;
  std::fprintf(stderr, "fuzz: broken: %s\n", promise);
  std::abort();
}

}  // namespace sluice::fuzz
