// Samples this machine's kernel counters a thousand times a second and publishes each sample.
// It waits for a consumer first, never waits for one while it samples (what finds the channel full is lost, and the
// gap in `sample` shows it), and at the end leaves once all is taken.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include <demo/telemetry.channel.hpp>

#include "clock.hpp"
#include "kernel_counters.hpp"
#include "metronome.hpp"
#include "number_options.hpp"
#include "stop_signal.hpp"

namespace {

using namespace std::chrono_literals;

constexpr char kUsage[] =
    "usage: telemetry_producer [--seconds N] [--rate HZ]\n"
    "  --seconds N   how long to sample; 0, the default: until Ctrl-C\n"
    "  --rate HZ     samples per second, 1 to 10000; default 1000\n";

constexpr std::uint64_t kConsumerPatienceNs = 30 * telemetry::kNsPerSecond;

struct Plan {
  std::uint32_t seconds = 0;
  std::uint32_t rate_hz = 1000;
};

struct Outcome {
  std::uint64_t published = 0;
  std::uint64_t refused = 0;
};

bool wait_for_consumer(demo::TelemetryProducer& telemetry) {
  std::puts("telemetry: waiting for telemetry_consumer");
  const std::uint64_t until_ns = telemetry::monotonic_ns() + kConsumerPatienceNs;
  while (!telemetry::stop_requested() && telemetry::monotonic_ns() < until_ns) {
    if (telemetry.wait_for_consumer(100ms)) return true;
  }
  return false;
}

// A full channel is the consumer's business; anything else means that no later loan will succeed either.
void stop_if_broken(sluice::Reason reason) {
  using sluice::Reason;
  if (reason == Reason::full || reason == Reason::timeout || reason == Reason::consumer_gone) return;
  throw std::runtime_error(std::string("cannot publish any more: ") + sluice::to_string(reason));
}

Outcome sample_until_end(demo::TelemetryProducer& telemetry, const Plan& plan) {
  telemetry::KernelCounters counters;
  const std::uint64_t run_ns = telemetry::monotonic_ns();
  telemetry::Metronome metronome(plan.rate_hz);
  const std::uint64_t end_ns = run_ns + plan.seconds * telemetry::kNsPerSecond;
  Outcome outcome;
  for (std::uint64_t sample = 1;; ++sample) {
    const telemetry::Tick tick = metronome.next();
    const bool time_is_up = plan.seconds != 0 && tick.due_ns + metronome.period_ns() >= end_ns;
    const bool last = time_is_up || telemetry::stop_requested();
    // The last one says how many there were, so it may wait for room.
    if (auto slot = last ? telemetry.loan_for(1s) : telemetry.loan()) {
      slot->run_ns = run_ns;
      slot->sample = sample;
      slot->skipped = metronome.skipped();
      slot->last = last;
      slot->stamp_ns = tick.woke_ns;
      slot->lateness_ns = tick.woke_ns - tick.due_ns;
      counters.sample(*slot);
      slot->published_ns = telemetry::monotonic_ns();
      slot.publish();
      ++outcome.published;
    } else {
      stop_if_broken(slot.reason());
      ++outcome.refused;
    }
    if (last) return outcome;
  }
}

int run(const Plan& plan) {
  auto telemetry = demo::TelemetryProducer::create();
  if (!wait_for_consumer(telemetry)) {
    std::puts("telemetry: nobody listens: start telemetry_consumer");
    return 1;
  }
  std::printf("telemetry: sampling at %u Hz\n", plan.rate_hz);
  const Outcome outcome = sample_until_end(telemetry, plan);
  const sluice::Waited drained = telemetry.drain(2s);
  std::printf("telemetry: published %llu, refused %llu since the channel was full; %s\n",
              static_cast<unsigned long long>(outcome.published), static_cast<unsigned long long>(outcome.refused),
              drained ? "all taken" : sluice::to_string(drained.reason()));
  return drained && outcome.refused == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Plan plan;
  telemetry::parse_numbers(argc, argv, kUsage,
                           {{"--seconds", plan.seconds, 0, 1'000'000}, {"--rate", plan.rate_hz, 1, 10'000}});
  telemetry::stop_on_signals();
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    return run(plan);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "telemetry: %s\n", error.what());
    return 1;
  }
}
