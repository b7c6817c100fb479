// From the first message on, no page of a window is met that is not mapped: create() and open() have touched all.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <cstddef>
#include <string>

#include "rounds.hpp"

namespace {

long page_faults() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt + usage.ru_majflt;
}

void check_no_page_is_met_late(bool huge_pages) {
  tests::for_each_channel([huge_pages]<class Channel>(const char* name) {
    CAPTURE(std::string(name));
    {
      const TestChannel earlier;  // the program's own code and stack are met here
      auto ends = tests::both_ends<Channel>(earlier);
      tests::rounds(ends, 1000);
    }
    const TestChannel channel;
    auto ends = tests::both_ends<Channel>(channel, huge_pages);
    const long before = page_faults();

    const std::uint64_t passed = tests::rounds(ends, 100'000);

    CHECK(page_faults() - before == 0);
    CHECK(passed >= 100'000);
  });
}

}  // namespace

TEST_CASE("neither create() nor open() leaves a page of the window to be met by a message") {
  check_no_page_is_met_late(false);
}

TEST_CASE("nor do they where huge pages are asked for, which the kernel may give or not") {
  check_no_page_is_met_late(true);
}

TEST_CASE("the count of page faults works: it sees a page that was never touched") {
  static volatile std::byte untouched[1 << 20];
  const long before = page_faults();
  for (std::size_t at = 0; at < sizeof untouched; at += 4096) untouched[at] = std::byte{1};

  CHECK(page_faults() > before);
}
