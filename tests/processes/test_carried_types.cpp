// Two targets of one program, each generated with its own copy of what they import.
#include <doctest/doctest.h>

#include <string>

#include <tests/left_pose.channel.hpp>
#include <tests/plan.channel.hpp>
#include <tests/right_pose.channel.hpp>

namespace {

void fill(carried::PoseMessage& pose, float x) {
  pose.at = {x, 2};
  pose.path = {{x, 1}, {x, 2}};
  pose.name = "at " + std::to_string(static_cast<int>(x));
}

template <class Channel>
carried::PoseMessage sent_and_taken(float x) {
  auto [producer, consumer] = sluice::in_process<Channel>();
  auto slot = producer.loan();
  fill(*slot, x);
  slot.publish();
  const auto sample = consumer.take();
  REQUIRE(sample);
  return *sample;
}

}  // namespace

TEST_CASE("channels that carry one type share its C++ type, so that one function serves both") {
  const carried::PoseMessage left = sent_and_taken<tests::LeftPoseChannel>(3);
  const carried::PoseMessage right = sent_and_taken<tests::RightPoseChannel>(4);

  CHECK(left.at.x == 3);
  CHECK(left.path.size() == 2);
  CHECK(left.name == "at 3");
  CHECK(right.at.x == 4);
  CHECK(right.name == "at 4");
}

TEST_CASE("fields of imported types and enums travel like those of the file's own") {
  auto [producer, consumer] = sluice::in_process<tests::PlanChannel>();

  auto slot = producer.loan();
  CHECK(slot->mode == carried::Mode::moving);
  slot->corners.push_back({1, 2});
  slot.publish();

  const auto sample = consumer.take();
  REQUIRE(sample);
  CHECK(sample->corners[0].y == 2);
  CHECK(sample->mode == carried::Mode::moving);
}
