// What figures rest on: the check of content, and the histogram.
#include <doctest/doctest.h>

#include <limits>

#include "content.hpp"
#include "histogram.hpp"

using namespace bench;

namespace {

Content<48> message(std::uint64_t first) {
  Content<48> content;
  fill<48>(content.words, first);
  return content;
}

}  // namespace

TEST_CASE("messages that arrive as they were filled are whole") {
  Tally<48> tally;

  tally.add(message(1).words);
  tally.add(message(7).words);
  tally.add(message(std::numeric_limits<std::uint64_t>::max()).words);

  CHECK(tally.count() == 3);
  CHECK(tally.is_whole());
}

TEST_CASE("a message of which one word is another's is not whole") {
  Tally<48> tally;
  Content<48> torn = message(1);
  torn.words[5] = message(2).words[5];

  tally.add(torn.words);

  CHECK_FALSE(tally.is_whole());
}

TEST_CASE("the same holds for large content, to its last word") {
  Content<4096> content;
  fill<4096>(content.words, 3);
  Tally<4096> tally;
  tally.add(content.words);
  CHECK(tally.is_whole());

  content.words[511] += 1;
  tally.add(content.words);
  CHECK_FALSE(tally.is_whole());
}

TEST_CASE("first words are summed, so that messages lost or repeated can be told") {
  Tally<48> tally;

  tally.add(message(1).words);
  tally.add(message(3).words);

  CHECK(tally.firsts() == 4);
}

TEST_CASE("durations below 512 ticks are counted exactly") {
  for (const std::uint64_t ticks : {0ULL, 1ULL, 255ULL, 256ULL, 511ULL}) {
    CHECK(Histogram::from(Histogram::bucket(ticks)) == ticks);
  }
}

TEST_CASE("longer durations are counted to 1 part in 256, never as longer than they were") {
  for (const std::uint64_t ticks : {512ULL, 1023ULL, 1024ULL, 123'456ULL, 987'654'321ULL, (1ULL << 63) + 12345}) {
    const std::uint64_t from = Histogram::from(Histogram::bucket(ticks));
    CHECK(from <= ticks);
    CHECK(ticks - from <= ticks / 256);
  }
}

TEST_CASE("the longest duration that there can be has a bucket") {
  CHECK(Histogram::bucket(std::numeric_limits<std::uint64_t>::max()) < Histogram::kBuckets);
}

TEST_CASE("each bucket begins where the one before ends") {
  for (std::size_t bucket = 1; bucket < Histogram::kBuckets; ++bucket) {
    CHECK(Histogram::bucket(Histogram::from(bucket) - 1) == bucket - 1);
  }
}
