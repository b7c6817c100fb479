// Prints three messages of each of two channels. Argument: an instance name.
// Written without exceptions, so that it compiles where there are none.
#include <chrono>
#include <cstdio>
#include <power/battery.channel.hpp>

#include <nav/pose.channel.hpp>

namespace {

using namespace std::chrono_literals;

template <class Channel>
int failed(const sluice::Result<sluice::Consumer<Channel>>& made) {
  std::fprintf(stderr, "%s\n", made.error().what());
  return 1;
}

void print(const nav::Pose& pose) {
  std::printf("pose %u: %s %g %g %g, %s, track %u%s\n", static_cast<unsigned>(pose.stamp), pose.frame.view().data(),
              pose.at[0], pose.at[1], pose.at[2], pose.mode == nav::Mode::active ? "active" : "standby",
              static_cast<unsigned>(pose.tracks[0].id), pose.fixed ? ", fixed" : "");
}

void print(const power::Battery& battery) {
  std::printf("battery: %g V, %u cells\n", static_cast<double>(battery.volts),
              static_cast<unsigned>(battery.cells.size()));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  sluice::OpenOptions options;
  options.instance = arguments[1];
  auto pose = nav::PoseConsumer::try_open_for(20s, options);
  if (!pose) return failed(pose);
  auto battery = power::BatteryConsumer::try_open_for(20s, options);
  if (!battery) return failed(battery);

  for (int left = 3; left > 0; --left) {
    const auto sample = pose->take_for(20s);
    const auto charge = battery->take_for(20s);
    if (!sample || !charge) return 1;
    print(*sample);
    print(*charge);
  }
  return 0;
}
