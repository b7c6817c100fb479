// The pictures of `sluice plot` and `sluice top` where numbers are at their limits; test_screens.py has them live.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "axis.hpp"
#include "plot_frame.hpp"
#include "quantities.hpp"
#include "top_frame.hpp"

using namespace sluice::tools;

namespace {

std::vector<std::string> numbers_of(const Axis& axis) {
  std::vector<std::string> texts;
  for (const double tick : axis.ticks()) texts.push_back(axis.text(tick));
  return texts;
}

using Texts = std::vector<std::string>;

const Colours kPlain{Palette(false)};

std::vector<std::string> drawn(const std::vector<double>& values, const ScreenSize& size) {
  Series series{"x", "m", {}};
  for (std::size_t at = 0; at < values.size(); ++at) {
    series.points.push_back({static_cast<double>(at) * 10 / static_cast<double>(values.size()), values[at]});
  }
  PlotFrame frame{"demo.x", "status", 10, 10};
  return draw_plot(frame, {series}, size, kPlain);
}

void check_size(const std::vector<std::string>& lines, const ScreenSize& size) {
  CHECK(lines.size() == size.rows);
  for (const std::string& line : lines) CHECK_MESSAGE(width_of(line) <= size.columns, line);
}

ChannelRow row(const std::string& name, double rate) {
  ChannelRow made;
  made.name = name;
  made.rate = rate;
  made.capacity = 64;
  return made;
}

Texts names_of(const std::vector<ChannelRow>& rows) {
  Texts names;
  for (const ChannelRow& each : rows) names.push_back(each.name);
  return names;
}

}  // namespace

TEST_CASE("an axis has round numbers, with as many digits as tell them apart") {
  CHECK(numbers_of(axis_for(0, 10, 6)) == Texts{"0", "2", "4", "6", "8", "10"});
  CHECK(numbers_of(axis_for(-1, 1, 5)) == Texts{"-1.0", "-0.5", "0", "0.5", "1.0"});
  CHECK(numbers_of(axis_for(9.8, 9.82, 6)) == Texts{"9.800", "9.805", "9.810", "9.815", "9.820"});
  CHECK(numbers_of(axis_for(0, 5e10, 4)) == Texts{"0", "2e+10", "4e+10"});
  CHECK(numbers_of(axis_for(3, 3, 5)) == Texts{"2.8", "3.0", "3.2"});
}

TEST_CASE("an axis of any numbers has at least one tick, and not too many") {
  const double most = std::numeric_limits<double>::max();
  struct Range {
    double low, high;
  };
  const Range ranges[] = {
      {-most, most}, {0, 5e-324},  {1e300, 1.0000001e300}, {-1e-300, 1e-300},          {1, 1 + 1e-15}, {5e-324, 5e-324},
      {0, 0},        {most, most}, {-most, -most},         {most * (1 - 1e-10), most}, {10.5, 17},     {5.3, 9.4}};
  for (const Range& range : ranges) {
    for (const std::size_t most_ticks : {2U, 3U, 6U}) {
      const std::vector<double> ticks = axis_for(range.low, range.high, most_ticks).ticks();
      CHECK_MESSAGE((!ticks.empty() && ticks.size() <= most_ticks + 1), range.low, " to ", range.high, ": ",
                    ticks.size());
      for (const double tick : ticks) CHECK_MESSAGE(std::isfinite(tick), range.low, " to ", range.high);
    }
  }
}

TEST_CASE("a plot fills its screen and no more, whatever is drawn") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const double most = std::numeric_limits<double>::max();
  for (const ScreenSize size :
       {ScreenSize{100, 30}, ScreenSize{20, 8}, ScreenSize{19, 7}, ScreenSize{3, 1}, ScreenSize{500, 200}}) {
    check_size(drawn({}, size), size);
    check_size(drawn({1}, size), size);
    check_size(drawn({nan, infinity, -infinity}, size), size);
    check_size(drawn({-most, most, 0, nan, 5}, size), size);
  }
}

TEST_CASE("a rising line is drawn from the lower left to the upper right") {
  const std::vector<std::string> lines = drawn({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {40, 15});

  const auto first_dot = [](const std::string& line) {
    const std::size_t at = line.find("\xE2\xA0");
    const std::size_t other = line.find("\xE2\xA1");
    return std::min(at, other);
  };
  CHECK(lines[0] == "demo.x  [m]");
  CHECK(lines[1] == "\u25a0 x 9 m  ");
  CHECK(first_dot(lines[3]) > first_dot(lines[10]));
  CHECK(first_dot(lines[10]) != std::string::npos);
}

TEST_CASE("channels are sorted by numbers from the largest, by names from a to z, or the other way round") {
  const std::vector<ChannelRow> rows{row("b", 1), row("a", 3), row("c", 2)};
  TopState state;

  CHECK(names_of(sorted(rows, state)) == Texts{"a", "c", "b"});
  state.is_inverted = true;
  CHECK(names_of(sorted(rows, state)) == Texts{"b", "c", "a"});
  state.sorted_by = Column::name;
  CHECK(names_of(sorted(rows, state)) == Texts{"c", "b", "a"});
}

TEST_CASE("the selected channel stays selected, and on the screen") {
  std::vector<ChannelRow> rows;
  for (int at = 0; at < 50; ++at) rows.push_back(row("c" + std::to_string(100 + at), 0));
  TopState state;
  handle_key(state, {Key::end, 0}, rows, 10);

  const std::vector<std::string> lines = draw_top(state, rows, {100, 14}, kPlain);

  CHECK(state.selected == "c149");
  CHECK(lines[12].find("c149 ") == 0);
  check_size(lines, {100, 14});
  handle_key(state, {Key::page_up, 0}, rows, 10);
  CHECK(state.selected == "c139");
}

TEST_CASE("a table fits any screen, and says so where it is empty") {
  TopState state;
  for (const ScreenSize size :
       {ScreenSize{100, 30}, ScreenSize{20, 5}, ScreenSize{10, 2}, ScreenSize{1, 1}, ScreenSize{300, 3}}) {
    ChannelRow full = row("a\x1b[31m", 1e12);
    full.unread = 64;
    full.ages = Ages{1e-9, 1e4, 1e9};
    full.latency = Latency{{99'999.4, 99'999.5}, 1};
    full.why = "\x1b[2J";
    check_size(draw_top(state, {full}, size, kPlain), size);
    check_size(draw_top(state, {}, size, kPlain), size);
  }
  const std::string shown = draw_top(state, {row("a\x1b[31m", 0)}, {100, 10}, kPlain)[3];
  CHECK(shown.find('\x1b') == std::string::npos);
  CHECK(draw_top(state, {}, {100, 10}, kPlain)[3] == "no channel is there: a producer makes one");
}

TEST_CASE("quantities have three digits") {
  CHECK(count_text(0) == "0");
  CHECK(count_text(50.04) == "50.0");
  CHECK(count_text(999.4) == "999");
  CHECK(count_text(999.6) == "1.00k");
  CHECK(count_text(43'210'000) == "43.2M");
  CHECK(time_text(0) == "0 us");
  CHECK(time_text(9.6e-6) == "9.6 us");
  CHECK(time_text(0.00123) == "1.23 ms");
  CHECK(time_text(12) == "12 s");
}

TEST_CASE("a range of times is rounded outwards, and has one number where the lower end says little") {
  CHECK(time_range_text(0.00082, 0.00121) == "0.82-1.21 ms");
  CHECK(time_range_text(0.0198123, 0.0200001) == "19.8-20.1 ms");
  CHECK(time_range_text(0.0012, 0.0012) == "1.20-1.20 ms");
  CHECK(time_range_text(0, 151.2e-6) == "<= 152 us");
  CHECK(time_range_text(1e-6, 151e-6) == "<= 151 us");
  CHECK(time_range_text(51e-6, 151e-6) == "51-151 us");
  CHECK(time_range_text(0, 0) == "<= 0.00 us");
  CHECK(time_range_text(3, 86'400) == "<= 86400 s");
}

TEST_CASE("a latency is shown as the bounds that are known of it, or not at all") {
  ChannelRow caught = row("a", 100);
  caught.latency = Latency{{0.00082, 0.00121}, 7};
  TopState state;
  const std::vector<std::string> lines = draw_top(state, {caught, row("b", 100)}, {140, 10}, kPlain);

  CHECK(lines[3].find(" 0.82-1.21 ms ") != std::string::npos);
  CHECK(lines[4].find(" - ") != std::string::npos);
  CHECK(lines[4].find(" us") == std::string::npos);
  const std::string json = top_json({caught, row("b", 100)});
  CHECK(json.find(R"("latency":{"p50_at_least_s":0.000820000,"p50_at_most_s":0.001210000,"samples":7})") !=
        std::string::npos);
  CHECK(json.find(R"("latency":null)") != std::string::npos);
}
