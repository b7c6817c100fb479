// The peer of a channel in one of its versions: compiled once for each schema of evolution/.
#include <sstream>

#include <tests/evolving.channel.hpp>

#include "peer.hpp"

namespace tests {

template <class Message>
void fill(Message& message, std::uint64_t number) {
  message.stamp = number;
  message.accel[0] = 1;
  message.accel[2] = 3;
  message.state = State::loud;
  message.peaks.push_back({50, 0.5F});
  message.gain = 7;
  if constexpr (requires { message.label; }) message.label = "filled";
  if constexpr (requires { message.temp; }) {
    message.temp = 36.6;
    message.mode = State::calm;
    message.note = "new in 1.2";
    message.trail.push_back(1);
    message.trail.push_back(2);
    message.valid = false;
  }
}

template <class Message>
std::string describe(const Message& message) {
  std::ostringstream said;
  said << "stamp " << message.stamp;
  for (const auto value : message.accel) said << " accel " << value;
  said << " state " << static_cast<int>(message.state);
  for (const Peak& peak : message.peaks) said << " peak " << peak.freq << ":" << peak.power;
  if constexpr (requires { message.label; }) said << " label '" << message.label << "'";
  said << " gain " << message.gain;
  if constexpr (requires { message.temp; }) {
    said << " temp " << message.temp << " mode " << static_cast<int>(message.mode) << " note '" << message.note
         << "' trail";
    for (const auto value : message.trail) said << " " << value;
    said << " valid " << (message.valid ? "yes" : "no");
  }
  return said.str();
}

}  // namespace tests

int main(int argc, char** argv) { return tests::run_peer<tests::EvolvingChannel>(argc, argv); }
