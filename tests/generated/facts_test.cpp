// Flags, narrowed enums, metadata and constants as a program meets them, from a namespace that is not theirs.
// test_language.py compiles and runs it; with a folder as its argument it leaves a message there for flatc.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>
#include <test/gen/facts/facts.channel.hpp>
#include <type_traits>
#include <utility>

namespace {

using test::gen::facts::Facts;
using test::gen::facts::Level;
using test::gen::facts::Line;
using test::gen::facts::Mode;
using test::gen::facts::Pair;
using test::gen::facts::Top;

template <class T, class = void>
struct CanBeCombined : std::false_type {};
template <class T>
struct CanBeCombined<T, std::void_t<decltype(std::declval<T>() | std::declval<T>())>> : std::true_type {};

static_assert((Mode::ready | Mode::armed) == Mode::all);
static_assert((Mode::all & ~Mode::ready) == Mode::armed);
static_assert((Mode::all ^ Mode::armed) == Mode::ready);
static_assert((Top::top | Top{1}) == Top{0x8000000000000001});
static_assert(sluice::has(Mode::all, Mode::armed) && !sluice::has(Mode::armed, Mode::all));
static_assert(sluice::any(Mode::armed, Mode::all) && !sluice::any(Mode::armed, Mode::ready));
static_assert(CanBeCombined<Mode>::value && !CanBeCombined<Level>::value);

static_assert(sizeof(sluice::EnumAs<Mode, std::uint8_t>) == 1);
static_assert(std::is_standard_layout_v<sluice::EnumAs<Level, std::uint8_t>>);
static_assert(std::is_trivially_copyable_v<sluice::EnumAs<Level, std::uint8_t>>);

static_assert(Facts::stamp_info.role == sluice::FieldRole::timestamp);
static_assert(Facts::stamp_info.range.min == 1);
static_assert(Facts::stamp_info.range.max == std::numeric_limits<std::uint64_t>::max());
static_assert(*Facts::stamp_info.invalid == std::numeric_limits<std::uint64_t>::max());
static_assert(Facts::sender_info.key == sluice::FieldKey::instance);
static_assert(Facts::sender_info.role == sluice::FieldRole::none);
static_assert(Facts::accel_info.range.min == -160.0F && Facts::accel_info.range.max == 160.0F);
static_assert(Facts::accel_info.scale == 1);
static_assert(Facts::least_info.range.min == std::numeric_limits<std::int64_t>::min());
static_assert(Facts::least_info.is_invalid(std::numeric_limits<std::int64_t>::min()));
static_assert(Facts::temp_info.scale == 0.01);
static_assert(Facts::temp_info.range.min == -32768 && Facts::temp_info.range.max == 32767);
static_assert(Facts::half_info.range.max == std::numeric_limits<double>::infinity());
static_assert(!Facts::half_info.invalid && !Facts::half_info.is_invalid(0));
static_assert(std::is_same_v<decltype(Facts::depths_info), const sluice::NumberInfo<std::uint16_t>>);

static_assert(Pair::LIMIT == std::numeric_limits<std::uint64_t>::max());
static_assert(Pair::NAME == "pair" && Pair::ON);
static_assert(Line::HALF == 0.5F && Line::TINY == -128);

}  // namespace

TEST_CASE("an info tells unit, frame and what is deprecated in the schema's words") {
  CHECK(std::string_view(Facts::accel_info.name) == "Facts.accel");
  CHECK(std::string_view(Facts::accel_info.unit) == "m/s^2");
  CHECK(std::string_view(Facts::accel_info.frame) == "body");
  CHECK(std::string_view(Facts::depths_info.frame) == "cam\"era");
  CHECK(std::string_view(Facts::old_info.deprecated) == "use accel");
  CHECK(std::string_view(Facts::gone_info.deprecated) == "deprecated");
  CHECK(std::string_view(Facts::sender_info.deprecated).empty());
  CHECK(std::string_view(Facts::levels_info.type) == "Level[2] as i8");
}

TEST_CASE("a NaN that stands for 'not known' is recognised though it equals nothing") {
  CHECK(std::isnan(*Facts::accel_info.invalid));
  CHECK(Facts::accel_info.is_invalid(std::numeric_limits<float>::quiet_NaN()));
  CHECK_FALSE(Facts::accel_info.is_invalid(0));
}

TEST_CASE("flags are set, cleared and flipped in a message") {
  Facts message;
  CHECK(message.mode == Mode::all);
  CHECK(message.plain == Mode::none);

  message.plain |= Mode::ready;
  message.plain |= Mode::eighth;
  message.plain &= ~Mode::ready;
  message.plain ^= Mode::armed;

  CHECK(message.plain == (Mode::eighth | Mode::armed));
  CHECK(sluice::has(message.plain, Mode::eighth));
}

TEST_CASE("an enum that a field narrows reads, compares and combines as the enum, and shows its number") {
  Facts message;
  CHECK(message.narrow.raw == 7);
  CHECK(message.level == Level::high);

  message.narrow = Mode::eighth;
  message.narrow |= Mode::ready;
  message.level = Level::low;
  message.list = {Mode::all, Mode::none};
  message.levels = {Level::low, Level::high};

  CHECK(message.narrow.raw == 129);
  CHECK(sluice::has(message.narrow, Mode::eighth));
  CHECK((message.narrow & Mode::ready) == Mode::ready);
  CHECK(message.level.raw == 5);
  CHECK(message.list[0] == Mode::all);
  CHECK(message.levels[1].raw == 9);
  switch (message.level) {
    case Level::low:
      break;
    case Level::high:
      FAIL("not the value that was set");
  }
}

TEST_CASE("messages with deprecated fields are made, assigned and copied without a warning") {
  Facts one;
  Facts other;
  one.sender = 3;

  other = one;
  const Facts copied(other);

  CHECK(copied.sender == 3);
}

int main(int count, char** arguments) {
  if (count == 2 && arguments[1][0] == '/') {
    Facts message;
    message.plain = Mode::ready | Mode::eighth;
    message.narrow = Mode::all;
    message.list = {Mode::armed, Mode::none};
    message.level = Level::low;
    message.levels = {Level::low, Level::high};
    message.pair.mode = Mode::all;
    std::ofstream file(std::string(arguments[1]) + "/filled.bin", std::ios::binary);
    file.write(reinterpret_cast<const char*>(&message), sizeof message);
    return 0;
  }
  return doctest::Context(count, arguments).run();
}
