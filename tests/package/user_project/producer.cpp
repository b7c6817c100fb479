// Publishes three messages on each of two channels and stays until all are taken. Argument: an instance name.
// Written without exceptions, so that it compiles where there are none.
#include <chrono>
#include <cstdio>
#include <power/battery.channel.hpp>

#include <nav/pose.channel.hpp>

namespace {

using namespace std::chrono_literals;

template <class Channel>
int failed(const sluice::Result<sluice::Producer<Channel>>& made) {
  std::fprintf(stderr, "%s\n", made.error().what());
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  sluice::CreateOptions options;
  options.instance = arguments[1];
  auto pose = nav::PoseProducer::try_create(options);
  if (!pose) return failed(pose);
  auto battery = power::BatteryProducer::try_create(options);
  if (!battery) return failed(battery);

  if (!pose->wait_for_consumer(20s) || !battery->wait_for_consumer(20s)) return 1;

  for (std::uint64_t at = 1; at <= 3; ++at) {
    auto slot = pose->loan();
    slot->stamp = at;
    slot->at = {static_cast<double>(at), -0.5, 2.25};
    slot->frame = "map";
    slot->mode = nav::Mode::active;
    slot->tracks.push_back({static_cast<std::uint32_t>(at), 0.75F});
    slot->fixed = at == 3;
    slot.publish();

    auto charge = battery->loan();
    charge->volts = 12.5F;
    charge->cells.resize(at);
    charge.publish();
  }
  const bool taken = pose->drain(20s) && battery->drain(20s);
  return taken ? 0 : 1;
}
