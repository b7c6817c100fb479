// Builds three poses where they will be read, and one that is too large, then leaves.
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <vector>

#include <demo/poses.channel.hpp>

using namespace std::chrono_literals;

namespace {

/// Builds a pose with a trail of so many places behind it, and publishes it.
bool publish(demo::PosesProducer& poses, std::size_t places) {
  auto slot = poses.loan_for(1s);
  if (!slot) return false;
  auto& builder = slot.builder();  // FlatBuffers' own: its buffer is the slot
  const auto name = builder.CreateString("robot");
  const auto trail = builder.CreateVectorOfStructs(std::vector<geo::Vec3>(places));
  const geo::Vec3 position(1, 2, static_cast<double>(places));
  if (!slot.finish(geo::CreatePose(builder, name, &position, trail))) {
    std::printf("a trail of %zu: %s\n", places, sluice::to_string(slot.reason()));
    return false;
  }
  return slot.publish();
}

}  // namespace

int main() {
  auto poses = demo::PosesProducer::create();
  if (!poses.wait_for_consumer(30s)) {
    std::puts("nobody listens: start pose_consumer");
    return 1;
  }
  for (const std::size_t places : {0U, 1U, 10U, 1000U}) publish(poses, places);
  return poses.drain(1s) ? 0 : 1;  // a producer that leaves takes unread messages along
}
