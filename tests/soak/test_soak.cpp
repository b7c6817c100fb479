// The soak, briefly: scripts/soak is for more kills. Its processes die at random moments, under full load.
#include <doctest/doctest.h>

#include <cstdio>
#include <string>

#include <child_process.hpp>

namespace {

// The last line of a soak, which ends well only if every message came, whole, and no slot is missing.
std::string last_line_of_soak(const std::string& order, const std::string& victims) {
  ChildProcess soak{"soak", {"--kills", "100", "--order", order, "--victims", victims}, std::chrono::seconds{100}};
  std::string line;
  while (!line.starts_with("soak: kills")) line = soak.read_line();
  CHECK(soak.wait() == 0);
  return line;
}

void check(const std::string& order, const std::string& victims) {
  const std::string line = last_line_of_soak(order, victims);

  unsigned long long published = 0;
  unsigned long long taken = 0;
  int end = 0;
  std::sscanf(line.c_str(),
              "soak: kills 100 published %llu taken %llu lost 0 torn 0 unflagged_repeats 0 leaked_slots 0%n",
              &published, &taken, &end);
  CHECK_MESSAGE(line.size() == static_cast<std::size_t>(end), line);
  CHECK_MESSAGE((published > 0 && taken > 0), line);
}

}  // namespace

TEST_CASE("scenario 4: both killed at one moment and started again in either order lose no message, fifo") {
  check("fifo", "both");
}

TEST_CASE("scenario 4: both killed at one moment and started again in either order lose no message, lifo") {
  check("lifo", "both");
}

TEST_CASE("scenario 4: both killed at one moment and started again in either order keep the newest message, latest") {
  check("latest", "both");
}

TEST_CASE("scenario 5: kills at random moments beside a live peer lose no message and no slot, fifo") {
  check("fifo", "any");
}

TEST_CASE("scenario 5: kills at random moments beside a live peer lose no message and no slot, lifo") {
  check("lifo", "any");
}

TEST_CASE("scenario 5: kills at random moments beside a live peer lose no slot and keep the newest message, latest") {
  check("latest", "any");
}
