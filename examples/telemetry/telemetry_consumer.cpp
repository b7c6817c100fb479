// Shows what telemetry_producer publishes: a live table on a terminal, one line a second elsewhere, a summary at the
// end. Either program may be started first. It ends when the producer leaves, when its time is up or on Ctrl-C; a
// producer that was killed may be started again and goes on where it stopped. Latency is this program's clock at take
// minus `published_ns`: it contains the wake-up and, ten times a second, the time that this one thread needs to draw.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <demo/telemetry.channel.hpp>

#include "clock.hpp"
#include "last_second.hpp"
#include "latency_histogram.hpp"
#include "live_table.hpp"
#include "number_options.hpp"
#include "plain_lines.hpp"
#include "report.hpp"
#include "screen.hpp"
#include "stop_signal.hpp"
#include "tally.hpp"

namespace {

using namespace std::chrono_literals;
using telemetry::kNsPerSecond;
using telemetry::monotonic_ns;

constexpr char kUsage[] =
    "usage: telemetry_consumer [--seconds N]\n"
    "  --seconds N   show what is sampled during N seconds from the first message on; 0, the default: until the\n"
    "                producer leaves\n"
    "Plain lines instead of the table: through a pipe, or with TERM=dumb. Without colours: NO_COLOR=1.\n";

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kTenthNs = kNsPerSecond / 10;
constexpr std::uint64_t kFirstPatienceNs = 30 * kNsPerSecond;
constexpr std::uint64_t kSuccessorPatienceNs = 10 * kNsPerSecond;

/// Waits for a producer as long as nobody asks to stop. Empty: none came.
std::optional<demo::TelemetryConsumer> open(std::uint64_t patience_ns) {
  const std::uint64_t until_ns = monotonic_ns() + patience_ns;
  while (!telemetry::stop_requested() && monotonic_ns() < until_ns) {
    auto opened = demo::TelemetryConsumer::try_open_for(100ms);
    if (opened) return std::move(*opened);
    if (opened.error().code() != sluice::ErrorCode::window_missing) throw opened.error();
  }
  return std::nullopt;
}

std::unique_ptr<telemetry::Display> make_display() {
  if (telemetry::Screen::available()) return std::make_unique<telemetry::LiveTable>();
  return std::make_unique<telemetry::PlainLines>();
}

std::string named(const sluice::Peer& producer) { return "producer pid " + std::to_string(producer.pid); }

/// One sitting in front of the channel: takes, counts and shows until there is a reason to end.
class Viewer {
 public:
  Viewer(demo::TelemetryConsumer telemetry, std::uint32_t seconds)
      : telemetry_(std::move(telemetry)), seconds_(seconds), display_(make_display()) {}

  void run() {
    while (!ended_ && !telemetry::stop_requested()) {
      take_one();
      const std::uint64_t now_ns = monotonic_ns();
      if (now_ns >= refresh_ns_) refresh(now_ns);
      // Where nothing comes any more, no message tells that the time is up.
      if (end_ns_ != kNever && now_ns >= end_ns_ + kNsPerSecond) ended_ = true;
      if (gone_ns_ != kNever && now_ns >= gone_ns_ + kSuccessorPatienceNs) ended_ = true;
    }
    display_->finish(report(monotonic_ns()));
  }

  /// Whether every message was taken and the last producer did not vanish.
  bool all_well() const { return tally_.all_taken() && gone_ns_ == kNever && !left_without_last_; }

  void print_summary() const {
    const telemetry::Spread latency = latency_.spread();
    const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    std::printf("telemetry: published %llu taken %llu lost %llu latency_ns p50 %llu p99 %llu max %llu\n",
                number(tally_.published()), number(tally_.taken()), number(tally_.lost()), number(latency.p50),
                number(latency.p99), number(latency.max));
  }

 private:
  void take_one() {
    if (const auto sample = telemetry_.take_for(50ms)) {
      note(*sample, sample.sequence());
    } else {
      consider(sample.reason());
    }
  }

  void note(const demo::Telemetry& message, std::uint64_t sequence) {
    const std::uint64_t now_ns = monotonic_ns();
    const std::uint64_t latency_ns = now_ns - std::min<std::uint64_t>(message.published_ns, now_ns);
    if (first_ns_ == kNever) begin(message, now_ns);
    // By the messages' own time: who samples for as many seconds as are shown here is heard to the end.
    if (message.stamp_ns - message.lateness_ns >= end_ns_) {
      ended_ = true;
      return;
    }
    if (tally_.starts_run(message)) announce_successor();
    latency_.add(latency_ns);
    lateness_.add(message.lateness_ns);
    tally_.count(message, sequence);
    last_second_.add(message, latency_ns, now_ns);
    skipped_ = message.skipped;
  }

  void begin(const demo::Telemetry& message, std::uint64_t now_ns) {
    first_ns_ = now_ns;
    if (seconds_ != 0) end_ns_ = std::max(message.stamp_ns, opened_ns_) + seconds_ * kNsPerSecond;
    producer_ = telemetry_.peer();
  }

  void consider(sluice::Reason reason) {
    switch (reason) {
      case sluice::Reason::timeout:
        return;
      case sluice::Reason::closed:
        return note_leaving();
      case sluice::Reason::producer_gone:
        return note_death();
      case sluice::Reason::retired:
        return open_again();
      default:
        throw telemetry_.fault();
    }
  }

  void note_leaving() {
    tally_.end_window(telemetry_.stats().published);
    left_without_last_ = !tally_.ended();
    ended_ = true;
  }

  void note_death() {
    if (gone_ns_ != kNever) return;
    gone_ns_ = monotonic_ns();
    announce(named(telemetry_.peer()) + " is gone: waiting 10 s for another one");
  }

  void announce_successor() {
    gone_ns_ = kNever;
    producer_ = telemetry_.peer();
    announce(named(producer_) + " goes on");
  }

  void open_again() {
    tally_.end_window(telemetry_.stats().published);
    announce("the channel is made anew");
    auto opened = open(kSuccessorPatienceNs);
    if (!opened) {
      ended_ = left_without_last_ = true;
      return;
    }
    telemetry_ = std::move(*opened);
    tally_.start_window();
    producer_ = telemetry_.peer();
  }

  void announce(std::string news) {
    news_ = std::move(news);
    display_->announce(news_);
  }

  void refresh(std::uint64_t now_ns) {
    display_->show(report(now_ns));
    last_second_.end_tenth(now_ns);
    refresh_ns_ = now_ns + kTenthNs;
  }

  telemetry::Report report(std::uint64_t now_ns) const {
    telemetry::Report report;
    if (first_ns_ != kNever) report.seconds = (now_ns - first_ns_) / kNsPerSecond;
    report.last_second = last_second_.figures(now_ns);
    report.lateness = lateness_.spread();
    report.latency = latency_.spread();
    report.tally = tally_;
    report.waiting = telemetry_.stats().depth;
    report.skipped = skipped_;
    report.producer = producer_;
    report.news = news_;
    return report;
  }

  demo::TelemetryConsumer telemetry_;
  std::uint64_t seconds_;
  std::unique_ptr<telemetry::Display> display_;

  telemetry::LatencyHistogram latency_;
  telemetry::LatencyHistogram lateness_;
  telemetry::LastSecond last_second_;
  telemetry::Tally tally_;
  std::uint64_t skipped_ = 0;
  sluice::Peer producer_;
  std::string news_;

  std::uint64_t opened_ns_ = monotonic_ns();
  std::uint64_t first_ns_ = kNever;  // when the first message was taken
  std::uint64_t end_ns_ = kNever;    // what was due from then on is not shown
  std::uint64_t gone_ns_ = kNever;   // since when the producer is dead
  std::uint64_t refresh_ns_ = 0;
  bool left_without_last_ = false;
  bool ended_ = false;
};

int run(std::uint32_t seconds) {
  std::puts("telemetry: waiting for telemetry_producer");
  auto opened = open(kFirstPatienceNs);
  if (!opened) {
    std::puts("telemetry: there is no producer: start telemetry_producer");
    return 1;
  }
  Viewer viewer(std::move(*opened), seconds);
  viewer.run();
  viewer.print_summary();
  return viewer.all_well() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint32_t seconds = 0;
  telemetry::parse_numbers(argc, argv, kUsage, {{"--seconds", seconds, 0, 1'000'000}});
  telemetry::stop_on_signals();
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    return run(seconds);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "telemetry: %s\n", error.what());
    return 1;
  }
}
