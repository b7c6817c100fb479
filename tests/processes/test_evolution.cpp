// Processes built from different versions of one schema meet: what is appended is compatible both ways, all else
// is refused in words that name the field.
#include <doctest/doctest.h>

#include <string>

#include <child_process.hpp>
#include <test_channel.hpp>

namespace {

ChildProcess built_from(const char* schema, const TestChannel& channel) {
  return ChildProcess{std::string("evolution_") + schema, {channel.instance()}};
}

// A consumer of one schema is refused the channel of another: the text, with the first line's beginning in place.
void check_refused(const char* consumer_schema, const char* producer_schema, const std::string& versions,
                   const std::string& differences) {
  const TestChannel channel;
  ChildProcess producer = built_from(producer_schema, channel);
  ChildProcess consumer = built_from(consumer_schema, channel);
  REQUIRE(producer.ask("create") == "created");
  const std::string here = versions.substr(0, versions.find(' '));
  const std::string there = versions.substr(versions.find(' ') + 1);

  const std::string said = consumer.ask("open");

  CHECK(said == "incompatible sluice: " + channel.shown("tests.evolving") + ": this consumer was built for version " +
                    here + ", producer pid " + std::to_string(producer.pid()) + " offers " + there +
                    ": incompatible\n" + differences);
  CHECK(consumer.ask("open_for 30000") == said);  // waiting would not help
  CHECK(consumer.wait() == 0);
  CHECK(producer.wait() == 0);
}

const std::string kSameVersionHint =
    "  hint: both say version 1.1: give the changed schema a new version, and rebuild both";

}  // namespace

TEST_CASE("a consumer of the same schema reads in place") {
  const TestChannel channel;
  ChildProcess producer = built_from("v1_2", channel);
  ChildProcess consumer = built_from("v1_2", channel);
  CHECK(producer.ask("create") == "created");
  CHECK(consumer.ask("open") == "opened");
  CHECK(producer.ask("publish 2") == "published");

  CHECK(consumer.ask("describe") ==
        "stamp 1 accel 1 accel 0 accel 3 state 1 peak 50:0.5 label 'filled' gain 7 "
        "temp 36.6 mode 0 note 'new in 1.2' trail 1 2 valid no");
  CHECK(consumer.ask("where") == "in place");
  CHECK(consumer.wait() == 0);
  CHECK(producer.wait() == 0);
}

TEST_CASE("a consumer of version 1.1 reads a producer of 1.2 in place") {
  const TestChannel channel;
  ChildProcess producer = built_from("v1_2", channel);
  ChildProcess consumer = built_from("v1_1", channel);
  CHECK(producer.ask("create") == "created");
  CHECK(consumer.ask("open") == "opened");
  CHECK(producer.ask("publish 2") == "published");

  CHECK(consumer.ask("describe") == "stamp 1 accel 1 accel 0 accel 3 state 1 peak 50:0.5 label 'filled' gain 7");
  CHECK(consumer.ask("where") == "in place");
  CHECK(consumer.wait() == 0);
  CHECK(producer.wait() == 0);
}

TEST_CASE("a consumer of version 1.2 sees the defaults of what a producer of 1.1 does not know") {
  const TestChannel channel;
  ChildProcess producer = built_from("v1_1", channel);
  ChildProcess consumer = built_from("v1_2", channel);
  CHECK(producer.ask("create") == "created");
  CHECK(consumer.ask("open") == "opened");

  for (int round = 1; round <= 40; ++round) {  // more than there are slots: copies are used again
    CHECK(producer.ask("publish 1") == "published");
    CHECK(consumer.ask("describe") == "stamp " + std::to_string(round) +
                                          " accel 1 accel 0 accel 3 state 1 peak 50:0.5 label 'filled' gain 7 "
                                          "temp 21.5 mode 1 note '' trail valid yes");
  }

  CHECK(producer.ask("publish 1") == "published");
  CHECK(consumer.ask("where") == "a copy");
  CHECK(consumer.wait() == 0);
  CHECK(producer.wait() == 0);
}

TEST_CASE("scenario 17: 1.1 and 2.0 do not understand each other") {
  check_refused("v1_1", "v2_0", "1.1 2.0",
                "  field 'accel': f32[3] at byte 40 here, f64[3] at byte 44 there\n"
                "  field 'label': missing there\n"
                "  hint: rebuild this consumer with the producer's schema, or run the producer at 1.x");
  check_refused("v2_0", "v1_1", "2.0 1.1",
                "  field 'accel': f64[3] at byte 44 here, f32[3] at byte 40 there\n"
                "  field 'label': missing here\n"
                "  hint: rebuild this consumer with the producer's schema, or run the producer at 2.x");
}

TEST_CASE("a changed unit is refused by the field's name") {
  check_refused("v1_1", "other_unit", "1.1 1.1", "  field 'stamp': unit ns here, us there\n" + kSameVersionHint);
}

TEST_CASE("a changed enum value is refused by the field's name") {
  check_refused("v1_1", "other_enum", "1.1 1.1",
                "  field 'state': value 'loud' of State: 1 here, 2 there\n" + kSameVersionHint);
}

TEST_CASE("a changed bound is refused by the field's name") {
  check_refused("v1_1", "other_bound", "1.1 1.1",
                "  field 'peaks': Peak[<=4] here, Peak[<=3] there\n" + kSameVersionHint);
}

TEST_CASE("scenario 17: a changed type is refused by the field's name") {
  check_refused("v1_1", "other_type", "1.1 1.1", "  field 'gain': f32 here, f64 there\n" + kSameVersionHint);
}

TEST_CASE("a change inside a minor is refused by a newer minor's consumer too") {
  check_refused(
      "v1_2", "other_unit", "1.2 1.1",
      "  field 'stamp': unit ns here, us there\n"
      "  hint: within a major version fields are only appended: give the changed schema a new major, and rebuild "
      "both");
}

TEST_CASE("a producer of another schema makes a new window; the consumer drains the old one, is told, and comes over") {
  const TestChannel channel;
  ChildProcess old_producer = built_from("v1_1", channel);
  ChildProcess consumer = built_from("v1_1", channel);
  CHECK(old_producer.ask("create") == "created");
  CHECK(consumer.ask("open") == "opened");
  CHECK(old_producer.ask("publish 3") == "published");
  CHECK(consumer.ask("take 1") == "1");
  CHECK(old_producer.ask("leave") == "left");

  ChildProcess new_producer = built_from("v1_2", channel);
  CHECK(new_producer.ask("create") == "created");

  CHECK(consumer.ask("take 3") == "2 3 the window is retired");
  CHECK(consumer.ask("take_for 30000") == "the window is retired");
  CHECK(consumer.ask("leave") == "left");
  CHECK(channel.files().size() == 1);
  CHECK(consumer.ask("open_for 30000") == "opened");
  CHECK(new_producer.ask("publish 1") == "published");
  CHECK(consumer.ask("describe") == "stamp 1 accel 1 accel 0 accel 3 state 1 peak 50:0.5 label 'filled' gain 7");
  CHECK(consumer.wait() == 0);
  CHECK(new_producer.wait() == 0);
}

TEST_CASE("what a killed producer of another schema left is called outdated, and waited out by open_for") {
  const TestChannel channel;
  ChildProcess old_producer = built_from("v1_1", channel);
  ChildProcess consumer = built_from("other_unit", channel);
  ChildProcess new_producer = built_from("other_unit", channel);
  CHECK(old_producer.ask("create") == "created");
  const std::string pid = std::to_string(old_producer.pid());
  old_producer.kill();

  CHECK(consumer.ask("open") == "incompatible sluice: " + channel.shown("tests.evolving") +
                                    ": this consumer was built for version 1.1, " + "producer pid " + pid +
                                    ", which has ended, left 1.1: incompatible\n"
                                    "  field 'stamp': unit us here, ns there\n"
                                    "  hint: start the producer of this consumer's schema: it replaces what is left");
  consumer.say("open_for 30000");
  CHECK(new_producer.ask("create") == "created");

  consumer.wait_for_line("opened");
  CHECK(consumer.wait() == 0);
  CHECK(new_producer.wait() == 0);
}

TEST_CASE("a consumer that sleeps when its window is retired wakes up to say so") {
  const TestChannel channel;
  ChildProcess old_producer = built_from("v1_1", channel);
  ChildProcess consumer = built_from("v1_1", channel);
  ChildProcess new_producer = built_from("v1_2", channel);
  CHECK(old_producer.ask("create") == "created");
  CHECK(consumer.ask("open") == "opened");
  CHECK(old_producer.ask("leave") == "left");
  CHECK(consumer.ask("take_for 30000") == "the producer has left");

  consumer.say("take_for 30000");
  CHECK(new_producer.ask("create") == "created");

  consumer.wait_for_line("the window is retired");
  CHECK(consumer.wait() == 0);
  CHECK(new_producer.wait() == 0);
}

TEST_CASE("a living producer is not replaced by one of another schema") {
  const TestChannel channel;
  ChildProcess producer = built_from("v1_1", channel);
  ChildProcess other = built_from("v1_2", channel);
  CHECK(producer.ask("create") == "created");

  CHECK(other.ask("create") ==
        "role_taken sluice: " + channel.shown("tests.evolving") + ": it has a producer already: pid " +
            std::to_string(producer.pid()) +
            ", version 1.1\n  hint: a channel has one producer; stop that one, or give this one an "
            "`instance` of its own");

  CHECK(producer.ask("publish 1") == "published");
  CHECK(producer.wait() == 0);
}
