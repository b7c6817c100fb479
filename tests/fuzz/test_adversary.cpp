// The scripted adversary without a fuzzer: random scripts, in each build and with each compiler.
#include <doctest/doctest.h>

#include <cstdint>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <seed.hpp>

#include "target.hpp"

TEST_CASE("scenario 22: where every load is the adversary's, each call ends and hands out nothing that cannot be") {
  std::mt19937_64 random(sluice::test::seed());
  std::map<std::string, int> outcomes;
  for (int script = 0; script < 100'000; ++script) {
    std::vector<std::uint8_t> bytes(3 + random() % 300);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    ++outcomes[sluice::fuzz::run_target(bytes.data(), bytes.size())];  // aborts where a promise is broken
  }

  for (const auto& [what, count] : outcomes) std::cout << what << ": " << count << "\n";
  CHECK(outcomes.size() > 8);  // or the scripts reach nothing
  CHECK(outcomes["sound"] > 1000);
  CHECK(outcomes["consumer_link"] > 100);
  CHECK(outcomes["producer_tag"] > 100);
}
