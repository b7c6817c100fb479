// Array, Sequence and String: what a user does to them, and what a peer may have done to their lengths.
#include <doctest/doctest.h>

#include <cstring>
#include <list>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <sluice/frozen.hpp>

namespace {

constexpr sluice::FieldInfo kNumbers{"Imu.numbers", "u16[<=3]", ""};
constexpr sluice::FieldInfo kLongs{"Imu.longs", "u64[<=2]", ""};
constexpr sluice::FieldInfo kLabel{"Imu.label", "string<=5", ""};
constexpr sluice::FieldInfo kTitle{"Imu.title", "string<=9", ""};

using Numbers = sluice::Sequence<std::uint16_t, 3, kNumbers>;
using Longs = sluice::Sequence<std::uint64_t, 2, kLongs>;
using Label = sluice::String<5, kLabel>;
using Title = sluice::String<9, kTitle>;

std::vector<int> values(const Numbers& numbers) { return {numbers.begin(), numbers.end()}; }

template <class Act>
std::string thrown_by(Act act) {
  try {
    act();
  } catch (const std::length_error& error) {
    return error.what();
  }
  return "nothing";
}

// As a hostile peer would: the length lies in front of the elements, in the last four bytes before them.
template <class Container>
void overwrite_length(Container& container, std::size_t offset, std::uint32_t length) {
  std::memcpy(reinterpret_cast<unsigned char*>(&container) + offset, &length, sizeof length);
}

}  // namespace

TEST_CASE("a sequence grows to its bound and says no to more") {
  Numbers numbers;
  CHECK(numbers.empty());
  numbers.push_back(7);
  CHECK(numbers.try_push_back(8));
  numbers.push_back(9);

  CHECK_FALSE(numbers.try_push_back(10));

  CHECK(values(numbers) == std::vector<int>{7, 8, 9});
  CHECK(numbers.size() == Numbers::capacity());
}

TEST_CASE("past the bound a sequence throws field, bound and size, and stays as it was") {
  Numbers numbers;
  numbers = {1, 2, 3};
  const std::vector<std::uint16_t> five(5);

  CHECK(thrown_by([&] { numbers.push_back(4); }) == "sluice: field 'Imu.numbers' (u16[<=3]) holds at most 3, not 4");
  CHECK(thrown_by([&] { numbers.resize(9); }) == "sluice: field 'Imu.numbers' (u16[<=3]) holds at most 3, not 9");
  CHECK(thrown_by([&] { numbers.assign(five.begin(), five.end()); }) ==
        "sluice: field 'Imu.numbers' (u16[<=3]) holds at most 3, not 5");
  CHECK_FALSE(numbers.try_assign(five.begin(), five.end()));

  CHECK(values(numbers) == std::vector<int>{1, 2, 3});
}

TEST_CASE("a sequence is assigned from lists, ranges and itself") {
  Numbers numbers;
  const std::list<std::uint16_t> two{4, 5};
  numbers.assign(two.begin(), two.end());
  CHECK(values(numbers) == std::vector<int>{4, 5});

  const Numbers& same = numbers;
  numbers = same;
  CHECK(values(numbers) == std::vector<int>{4, 5});

  numbers.resize(3);
  CHECK(values(numbers) == std::vector<int>{4, 5, 0});
  numbers.clear();
  CHECK(numbers.empty());
}

TEST_CASE("copies of a sequence are equal to it until one changes") {
  Longs longs;
  longs = {1, 2};
  Longs copy = longs;
  CHECK(copy == longs);

  copy[1] = 3;

  CHECK(copy != longs);
  longs.resize(1);
  copy.resize(1);
  CHECK(copy == longs);
}

TEST_CASE("a length that a peer made too large is read as the bound") {
  Numbers numbers;
  numbers = {1, 2, 3};
  overwrite_length(numbers, 0, 4'000'000'000U);
  CHECK(numbers.size() == 3);
  const Numbers copy = numbers;
  CHECK(copy.size() == 3);
  CHECK_FALSE(numbers.try_push_back(1));

  Longs longs;
  overwrite_length(longs, 4, 77);  // behind a pad word, since elements are 8-byte aligned
  CHECK(longs.size() == 2);

  Label label;
  overwrite_length(label, 0, 77);
  CHECK(label.size() == 5);
}

TEST_CASE("a string is assigned, compared and printed as text") {
  Label label;
  CHECK(label.empty());
  label = "left";
  Title title;
  title = label;

  CHECK(label == "left");
  CHECK("left" == label);
  CHECK(label == title);
  CHECK(label != "right");
  CHECK(std::string(label) == "left");
  std::ostringstream out;
  out << label;
  CHECK(out.str() == "left");
}

TEST_CASE("past its bound a string throws, or says no, and stays as it was") {
  Label label;
  label = "left";

  CHECK(thrown_by([&] { label = "middle"; }) == "sluice: field 'Imu.label' (string<=5) holds at most 5, not 6");
  CHECK_FALSE(label.try_assign("middle"));

  CHECK(label == "left");
}

TEST_CASE("a string holds bytes with zeroes among them, and takes part of itself") {
  Label label;
  label = std::string_view("a\0b", 3);
  CHECK(label.size() == 3);
  CHECK(label.view() == std::string_view("a\0b", 3));

  label = "abcde";
  label = label.view().substr(1, 3);
  CHECK(label == "bcd");
}

TEST_CASE("an array takes lists of its length or less, and zeroes the rest") {
  sluice::Array<float, 3> accel;
  CHECK(accel[2] == 0);
  accel = {1, 2, 3};
  CHECK(accel[2] == 3);

  accel = {4, 5};

  CHECK(accel[1] == 5);
  CHECK(accel[2] == 0);
  accel.fill(9);
  CHECK(accel[0] == 9);
  CHECK(accel.size() == 3);
}

TEST_CASE("any byte but 0 reads true") {
  sluice::Bool flag;
  CHECK_FALSE(flag);
  flag.byte = 0x80;
  CHECK(flag);
  flag = false;
  CHECK_FALSE(flag);
}
