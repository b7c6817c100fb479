// Runs a fuzz target without a fuzzer: over its seeds, among which is what fuzzers have found.
// A seed is called by what must come of it, then a dot and what it is about: `poisoned_link.far_behind_the_pool`.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "target.hpp"

namespace {

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string outcome_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
  // Bytes of their own, so that a sanitizer sees a read behind them.
  std::cerr << path.filename().string() << std::flush;
  const std::string outcome =
      sluice::fuzz::run_target(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  std::cerr << ": " << outcome << "\n";
  return outcome;
}

}  // namespace

TEST_CASE(SLUICE_FUZZ_TITLE ": each seed ends as its name says") {
  const auto files = files_of(SLUICE_FUZZ_SEEDS);
  for (const auto& path : files) CHECK(outcome_of(path) == path.stem().string());
  CHECK(files.size() >= 5);
}

TEST_CASE(SLUICE_FUZZ_TITLE ": what comes of each file of the folder SLUICE_FUZZ_CORPUS" * doctest::skip()) {
  for (const auto& path : files_of(std::getenv("SLUICE_FUZZ_CORPUS"))) {
    std::cout << outcome_of(path) << " " << std::filesystem::file_size(path) << " " << path.string() << "\n";
  }
}
