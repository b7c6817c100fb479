// Publishes two messages of defaults and a filled one, under the instance that is its argument, says so, and stays
// until its input ends.
#include <cstdio>

#include <demo/imu.channel.hpp>

int main(int count, char** arguments) {
  if (count != 2) return 2;
  sluice::CreateOptions options;
  options.instance = arguments[1];
  auto imu = demo::ImuProducer::create(options);
  imu.loan().publish();
  imu.loan().publish();
  auto slot = imu.loan();
  slot->stamp = 18'446'744'073'709'551'615U;
  slot->accel = {1.5F, -2.0F, 9.81F};
  slot->status = demo::Status::failed;
  slot->peaks.push_back({50.0F, 0.25F});
  slot->peaks.push_back({120.5F, 0.5F});
  slot->label = "left wing";
  slot->valid = true;
  slot->temp = 21.5F;
  slot.publish();
  std::puts("published");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}
