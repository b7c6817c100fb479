// Prints the poses of pose_producer. Either program may be started first.
#include <chrono>
#include <iostream>

#include <demo/poses.channel.hpp>

using namespace std::chrono_literals;

int main() {
  auto poses = demo::PosesConsumer::open_for(30s);
  while (auto sample = poses.take_for(1s)) {
    const geo::Pose* pose = sample.table();  // verified, and read where it was built
    if (pose == nullptr) {
      std::cout << sample.sequence() << ": " << sluice::to_string(sample.reason()) << "\n";
      continue;
    }
    std::cout << sample.sequence() << ": " << pose->name()->str() << " at " << pose->position()->z() << ", trail of "
              << pose->trail()->size() << ", " << sample.bytes().size << " bytes\n";
  }
}
