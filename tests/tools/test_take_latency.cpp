// How long messages waited for their consumer, from looks at its counts: the arithmetic, and a channel in this process.
// test_screens.py has it between processes.
#include <doctest/doctest.h>
#include <tests/tools/stream.channel.hpp>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <test_channel.hpp>

#include "channel_watch.hpp"
#include "message_time.hpp"
#include "take_latency.hpp"
#include "window_list.hpp"

using namespace sluice::tools;
using sluice::Order;
using tests::tools::StreamConsumer;
using tests::tools::StreamProducer;

namespace {

using MessageNumbers = std::vector<std::uint64_t>;

TakeLook look_at(double time, std::uint64_t delivered) { return {time, time, {delivered, delivered}}; }
std::optional<Stamp> at(double time) { return Stamp{time, time}; }

Field in_unit(const std::string& unit, const std::string& scale = "") {
  Field field;
  field.unit = unit;
  field.scale = scale;
  return field;
}
Number integer(std::uint64_t bits) { return {Scalar::u64, bits}; }
Number single(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return {Scalar::f32, bits};
}

struct Stream {
  TestChannel channel;
  StreamProducer producer = StreamProducer::create(create_options());
  StreamConsumer consumer = StreamConsumer::open(open_options());
  ChannelWatch watch{"stream", observe("tests.tools.stream/" + channel.instance())};

  void publish(double stamp) {
    auto slot = producer.loan();
    REQUIRE(slot);
    slot->stamp = static_cast<std::uint64_t>(std::llround(stamp * 1e9));
    slot.publish();
  }
  std::optional<Latency> latency() { return watch.row(monotonic_now()).latency; }

 private:
  sluice::CreateOptions create_options() const {
    sluice::CreateOptions options;
    options.instance = channel.instance();
    return options;
  }
  sluice::OpenOptions open_options() const {
    sluice::OpenOptions options;
    options.instance = channel.instance();
    return options;
  }
};

}  // namespace

TEST_CASE("a stamp lies within one count of its unit") {
  const auto stamp = stamp_of(in_unit("ms"), integer(5'000));
  REQUIRE(stamp);
  CHECK(stamp->earliest == doctest::Approx(5.000));
  CHECK(stamp->latest == doctest::Approx(5.001));

  const auto scaled = stamp_of(in_unit("s", "0.01"), integer(500));
  REQUIRE(scaled);
  CHECK(scaled->earliest == doctest::Approx(5.00));
  CHECK(scaled->latest == doctest::Approx(5.01));
}

TEST_CASE("a stamp of few digits lies within its rounding") {
  const auto stamp = stamp_of(in_unit("s"), single(100'000.003F));

  REQUIRE(stamp);
  CHECK(stamp->earliest < 100'000.003);
  CHECK(stamp->latest > 100'000.003);
  CHECK(stamp->latest - stamp->earliest < 0.02);
}

TEST_CASE("a time that is put into a field is read out of it again, whatever its type, unit and scale") {
  constexpr std::uint64_t nanoseconds = 123'456'789'012'345;
  for (const char* const unit : {"s", "ms", "us", "ns"}) {
    for (const char* const scale : {"", "0.01", "-250"}) {
      for (const Scalar scalar : {Scalar::i64, Scalar::f32, Scalar::f64}) {
        Field field = in_unit(unit, scale);
        field.scalar = scalar;
        const auto stamp = stamp_of(field, time_in(field, nanoseconds).value());
        REQUIRE(stamp);
        CHECK_MESSAGE(stamp->earliest <= 123'456.789'012'345 + 1e-9, unit, " ", scale);
        CHECK_MESSAGE(stamp->latest >= 123'456.789'012'345 - 1e-9, unit, " ", scale);
      }
    }
  }
}

TEST_CASE("a time is put into a field to the last nanosecond, and never with its upper bits cut off") {
  const auto in = [](Scalar scalar, const char* unit, std::uint64_t nanoseconds) -> std::optional<std::uint64_t> {
    Field field = in_unit(unit);
    field.scalar = scalar;
    const auto time = time_in(field, nanoseconds);
    return time ? std::optional(time->bits) : std::nullopt;
  };

  CHECK(in(Scalar::u64, "ns", 9'007'199'254'740'993) == 9'007'199'254'740'993);
  CHECK(in(Scalar::u32, "ns", 4'294'967'295) == 4'294'967'295);
  CHECK(in(Scalar::u32, "ns", 4'294'967'296) == std::nullopt);
  CHECK(in(Scalar::i32, "ns", 2'147'483'648) == std::nullopt);
  CHECK(in(Scalar::u8, "s", 255'999'999'999) == 255);
  CHECK(in(Scalar::u8, "s", 256'000'000'000) == std::nullopt);
}

TEST_CASE("what is no time is no stamp") {
  CHECK(!stamp_of(in_unit("ns"), integer(0)));
  CHECK(!stamp_of(in_unit("m"), integer(5)));
  CHECK(!stamp_of(in_unit("s"), single(std::numeric_limits<float>::quiet_NaN())));
  CHECK(!stamp_of(in_unit("s"), single(std::numeric_limits<float>::infinity())));
}

TEST_CASE("a message was taken after the look that did not see it and before the one that did") {
  const auto bounds = latency_between({99.5, 99.6}, {100, 100.01, {}}, {100.2, 100.21, {}});

  REQUIRE(bounds);
  CHECK(bounds->at_least == doctest::Approx(0.4));
  CHECK(bounds->at_most == doctest::Approx(0.71));
}

TEST_CASE("a message that came about between two looks may have been taken at once") {
  const auto bounds = latency_between({100.1, 100.1}, look_at(100, 0), look_at(100.2, 1));

  REQUIRE(bounds);
  CHECK(bounds->at_least == 0);
  CHECK(bounds->at_most == doctest::Approx(0.1));
}

TEST_CASE("a stamp in the future, of another clock or of days ago tells no latency") {
  const double wall_clock = 1.7e9;
  for (const double stamp : {100.3, wall_clock, -1e5, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_MESSAGE(!latency_between({stamp, stamp}, look_at(100, 0), look_at(100.2, 1)), stamp);
  }
}

TEST_CASE("of order fifo all that was taken between two looks is known, of the others only the newest") {
  CHECK(taken_between({4, 4}, {7, 7}, Order::fifo) == MessageNumbers{7, 6, 5});
  CHECK(taken_between({4, 4}, {7, 7}, Order::lifo) == MessageNumbers{7});
  CHECK(taken_between({4, 4}, {7, 5}, Order::latest) == MessageNumbers{7});
}

TEST_CASE("of many messages a few are asked for, evenly") {
  CHECK(taken_between({100, 50}, {140, 90}, Order::fifo) == MessageNumbers{135, 125, 115, 105});
  const std::uint64_t most = ~std::uint64_t{0};
  for (const std::uint64_t number : taken_between({0, 0}, {most, most}, Order::fifo)) CHECK(number > most / 16);
}

TEST_CASE("what a consumer passes over when it opens was not taken") {
  CHECK(taken_between({4, 4}, {9, 4}, Order::fifo).empty());
  CHECK(taken_between({4, 4}, {9, 5}, Order::fifo) == MessageNumbers{9});
}

TEST_CASE("counts that stand still or go back tell of no take") {
  CHECK(taken_between({4, 4}, {4, 4}, Order::fifo).empty());
  CHECK(taken_between({4, 4}, {4, 5}, Order::fifo).empty());
  CHECK(taken_between({4, 4}, {3, 9}, Order::fifo).empty());
  CHECK(taken_between({4, 4}, {9, 3}, Order::latest).empty());
}

TEST_CASE("the median of the latencies lies between the medians of their bounds") {
  TakeWatch watch(Order::fifo);
  watch.add(look_at(10, 0), Gap::pause, {});
  for (int number = 1; number <= 5; ++number) {
    const double time = 10 + number * 0.001;
    watch.add(look_at(time, static_cast<std::uint64_t>(number)), Gap::step,
              [&](std::uint64_t) { return at(time - number * 0.01); });
  }

  const auto latency = watch.latency(10.1);

  REQUIRE(latency);
  CHECK(latency->samples == 5);
  CHECK(latency->median.at_least == doctest::Approx(0.029));
  CHECK(latency->median.at_most == doctest::Approx(0.030));
}

TEST_CASE("looks far apart count only while close ones have caught little") {
  TakeWatch watch(Order::fifo);
  std::uint64_t number = 0;
  const auto take = [&](Gap gap, double latency) {
    const double time = 10 + static_cast<double>(number);
    watch.add(look_at(time, ++number), gap, [&](std::uint64_t) { return at(time - latency); });
  };
  take(Gap::pause, 0);
  take(Gap::pause, 0.5);
  take(Gap::step, 0.1);
  take(Gap::step, 0.1);
  CHECK(watch.latency(10)->samples == 3);

  take(Gap::step, 0.1);

  CHECK(watch.latency(10)->samples == 3);
  CHECK(watch.latency(10)->median.at_most == doctest::Approx(0.1));
}

TEST_CASE("a take of long ago is forgotten") {
  TakeWatch watch(Order::fifo);
  watch.add(look_at(10, 0), Gap::pause, {});
  watch.add(look_at(11, 1), Gap::step, [](std::uint64_t) { return at(10.5); });

  CHECK(watch.latency(15.9));
  CHECK(!watch.latency(16.1));
}

TEST_CASE("a message that cannot be read any more tells nothing") {
  TakeWatch watch(Order::fifo);
  watch.add(look_at(10, 0), Gap::pause, {});
  watch.add(look_at(10.1, 1), Gap::step, [](std::uint64_t) { return std::nullopt; });

  CHECK(!watch.latency(10.1));
}

TEST_CASE("a take in a real channel is between the times around it") {
  Stream stream;
  stream.publish(monotonic_now() - 3);
  stream.watch.look_at_takes(Gap::pause);
  REQUIRE(stream.consumer.take());
  stream.watch.look_at_takes(Gap::step);

  const auto latency = stream.latency();

  REQUIRE(latency);
  CHECK(latency->samples == 1);
  CHECK(latency->median.at_least >= 3);
  CHECK(latency->median.at_most > latency->median.at_least);
  CHECK(latency->median.at_most < 13);
}

TEST_CASE("what was taken before the first look is not counted") {
  Stream stream;
  stream.publish(monotonic_now());
  REQUIRE(stream.consumer.take());

  stream.watch.look_at_takes(Gap::pause);
  stream.watch.look_at_takes(Gap::step);

  CHECK(!stream.latency());
}

TEST_CASE("a message whose slot is in use again is not mistaken for another one") {
  Stream stream;
  stream.publish(monotonic_now() - 3);
  stream.watch.look_at_takes(Gap::pause);
  REQUIRE(stream.consumer.take());
  std::vector<decltype(stream.producer.loan())> loans;
  while (auto loan = stream.producer.loan()) loans.push_back(std::move(loan));

  stream.watch.look_at_takes(Gap::step);

  CHECK(!stream.latency());
}
