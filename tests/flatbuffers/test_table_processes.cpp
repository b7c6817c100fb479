// Tables between two real processes: read, redelivered, left unpublished by a killed producer, refused by a consumer of
// another schema.
#include <doctest/doctest.h>

#include <string>
#include <tests/peer.channel.hpp>
#include <vector>

#include <child_process.hpp>
#include <test_channel.hpp>

namespace {

ChildProcess peer(const char* schema, const TestChannel& channel) {
  return ChildProcess{std::string("table_peer_") + schema, {channel.instance()}};
}

struct Pair {
  TestChannel channel;
  ChildProcess producer;
  ChildProcess consumer;

  Pair(const char* producer_schema, const char* consumer_schema,
       TestChannel::Leftovers leftovers = TestChannel::Leftovers::none)
      : channel(leftovers), producer(peer(producer_schema, channel)), consumer(peer(consumer_schema, channel)) {
    REQUIRE(producer.ask("create") == "done");
  }
};

}  // namespace

TEST_CASE("a table built in one process is read in another, and one that is too large is not") {
  Pair pair("same", "same");
  REQUIRE(pair.consumer.ask("open") == "done");
  CHECK(pair.producer.ask("publish first") == "true");
  CHECK(pair.producer.ask("too_large") == "the table is larger than max_bytes");
  CHECK(pair.producer.ask("publish second") == "true");

  CHECK(pair.consumer.ask("take") == "1: first 7");
  CHECK(pair.consumer.ask("take") == "2: second 7");

  CHECK(pair.producer.wait() == 0);
  CHECK(pair.consumer.wait() == 0);
}

TEST_CASE("a table that was finished and not published goes with its killed producer, and its slot comes back") {
  Pair pair("same", "same");
  REQUIRE(pair.consumer.ask("open") == "done");
  CHECK(pair.producer.ask("publish published") == "true");
  for (int slot = 1; slot < 4; ++slot) CHECK(pair.producer.ask("finish unpublished") == "true");

  pair.producer.kill();

  ChildProcess successor = peer("same", pair.channel);
  CHECK(successor.ask("create") == "done");
  for (const char* text : {"publish a", "publish b", "publish c"}) CHECK(successor.ask(text) == "true");
  for (const char* text : {"1: published 7", "2: a 7", "3: b 7", "4: c 7"}) CHECK(pair.consumer.ask("take") == text);
  CHECK(successor.ask("publish d") == "true");
  CHECK(pair.consumer.ask("take") == "5: d 7");
  CHECK(successor.wait() == 0);
  CHECK(pair.consumer.wait() == 0);
}

TEST_CASE("a producer killed while it builds a table leaves the slot to its successor") {
  Pair pair("same", "same");
  REQUIRE(pair.consumer.ask("open") == "done");
  CHECK(pair.producer.ask("too_large") == "the table is larger than max_bytes");

  pair.producer.kill();

  ChildProcess successor = peer("same", pair.channel);
  CHECK(successor.ask("create") == "done");
  for (const char* text : {"publish a", "publish b", "publish c", "publish d"}) CHECK(successor.ask(text) == "true");
  CHECK(pair.consumer.ask("take") == "1: a 7");
  CHECK(successor.wait() == 0);
  CHECK(pair.consumer.wait() == 0);
}

TEST_CASE(
    "a consumer of an older schema does not see a field that came at the end, and the other way round has its "
    "default") {
  Pair newer_producer("grown", "same");
  REQUIRE(newer_producer.consumer.ask("open") == "done");
  CHECK(newer_producer.producer.ask("publish new") == "true");
  CHECK(newer_producer.consumer.ask("take") == "1: new 7");
  CHECK(newer_producer.producer.wait() == 0);
  CHECK(newer_producer.consumer.wait() == 0);

  Pair older_producer("same", "grown");
  REQUIRE(older_producer.consumer.ask("open") == "done");
  CHECK(older_producer.producer.ask("publish old") == "true");
  CHECK(older_producer.consumer.ask("take") == "1: old 7 2.500000");
  CHECK(older_producer.producer.wait() == 0);
  CHECK(older_producer.consumer.wait() == 0);
}

TEST_CASE("a consumer of a schema that reads another type is refused, in words that name the field") {
  Pair pair("same", "broken");

  CHECK(pair.consumer.ask("open") ==
        "sluice: " + pair.channel.shown("tests.peer") + ": this consumer was built for version 1.1, producer pid " +
            std::to_string(pair.producer.pid()) +
            " offers 1.0: incompatible\n"
            "  field 'tests.Note.number': float here, int there\n"
            "  hint: within a major version fields are only appended: give the changed schema a new major, and "
            "rebuild both");
  CHECK(pair.producer.wait() == 0);
  CHECK(pair.consumer.wait() == 0);
}

TEST_CASE("a consumer whose struct has another alignment is refused, though every field is the same") {
  Pair pair("same", "aligned");

  const std::string refusal = pair.consumer.ask("open");

  CHECK(refusal.find("\n  tests.Point: is aligned to 16 bytes here, 8 bytes there\n") != std::string::npos);
  CHECK(pair.producer.wait() == 0);
  CHECK(pair.consumer.wait() == 0);
}

TEST_CASE("a producer of another schema of tables makes a new window") {
  TestChannel channel;
  ChildProcess consumer = peer("grown", channel);
  ChildProcess producer = peer("same", channel);
  REQUIRE(producer.ask("create") == "done");
  REQUIRE(producer.ask("publish old") == "true");
  producer.kill();

  ChildProcess successor = peer("grown", channel);
  REQUIRE(successor.ask("create") == "done");
  REQUIRE(consumer.ask("open") == "done");
  CHECK(successor.ask("publish new") == "true");

  CHECK(consumer.ask("take") == "1: new 7 1.500000");
  CHECK(successor.wait() == 0);
  CHECK(consumer.wait() == 0);
}

TEST_CASE("a table that a killed consumer had in hand is redelivered, with its mark, and still valid") {
  Pair pair("same", "same");
  REQUIRE(pair.consumer.ask("open") == "done");
  CHECK(pair.producer.ask("publish once") == "true");
  CHECK(pair.consumer.ask("hold") == "1: once 7");
  pair.consumer.kill();

  ChildProcess successor = peer("same", pair.channel);
  REQUIRE(successor.ask("open") == "done");

  CHECK(successor.ask("take") == "1: once 7 (again)");
  CHECK(pair.producer.wait() == 0);
  CHECK(successor.wait() == 0);
}
