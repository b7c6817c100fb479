// A user's program without exceptions and RTTI, at C++17: what would throw prints its sentence and aborts.
// Argument: what to do wrong.
#include <unistd.h>

#include <string_view>

#include "relay_messages.hpp"

namespace {
constexpr sluice::FieldInfo kPeaks{"Imu.peaks", "f32[<=1]", "Hz"};
}

int main(int count, char** arguments) {
  if (count != 2) return 2;
  dup2(STDOUT_FILENO, STDERR_FILENO);
  const std::string_view mistake = arguments[1];
  sluice::CreateOptions options;
  options.instance = "Not Valid";
  if (mistake == "push_back") {
    sluice::Sequence<float, 1, kPeaks> peaks;
    peaks.push_back(1);
    peaks.push_back(2);
  }
  if (mistake == "create") tests::RelayProducer::create(options);
  if (mistake == "try_create") return tests::RelayProducer::try_create(options) ? 1 : 0;
  return 1;
}
