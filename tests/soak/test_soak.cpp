// The soak, briefly: scripts/soak is for more kills. Its processes die at random moments, under full load.
#include <doctest/doctest.h>

#include <cstdio>
#include <string>
#include <utility>

#include <child_process.hpp>

namespace {

// The last line of a soak, which ends well only if every message came, whole, and no slot is missing; and the first,
// which says how to repeat it.
std::pair<std::string, std::string> lines_of_soak(const std::string& order, const std::string& victims) {
  ChildProcess soak{"soak", {"--kills", "100", "--order", order, "--victims", victims}, std::chrono::seconds{100}};
  const std::string first = soak.read_line();
  std::string line;
  while (!line.starts_with("soak: kills")) line = soak.read_line();
  CHECK_MESSAGE(soak.wait() == 0, first);
  return {line, first};
}

void check(const std::string& order, const std::string& victims) {
  const auto [last, first] = lines_of_soak(order, victims);
  const std::string line = last + "\n" + first;

  unsigned long long published = 0;
  unsigned long long taken = 0;
  int end = 0;
  std::sscanf(line.c_str(),
              "soak: kills 100 published %llu taken %llu lost 0 torn 0 unflagged_repeats 0 leaked_slots 0\n%n",
              &published, &taken, &end);
  CHECK_MESSAGE(last.size() + 1 == static_cast<std::size_t>(end), line);
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
