// stream_peer INSTANCE COUNT [RATE_HZ [TAKE_US [LATE_US]]]: a producer and a consumer of one channel, in a thread each.
// As fast as they can, polling; or so many messages a second, asleep between them. The consumer spends TAKE_US on each
// message. With LATE_US one thread does both, and takes each message so long after its stamp, or a bit later.
// Says "ready" when both are attached, then how long it took in seconds.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <thread>

#include <tests/tools/stream.channel.hpp>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using tests::tools::StreamConsumer;
using tests::tools::StreamProducer;

namespace {

struct Plan {
  std::string instance;
  std::uint64_t count = 0;
  double rate = 0;
  std::chrono::microseconds take{};
  std::chrono::microseconds late{};
};

std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

void fill(tests::tools::Stream& message, std::uint64_t number, const Plan& plan) {
  message.number = number;
  message.copies.fill(number);
  if (plan.rate == 0) return;  // fields that cost more than a store
  message.stamp = now_ns();
  const double time = static_cast<double>(number) / plan.rate;
  message.wave = static_cast<float>(std::sin(time * 6.283185307));
  message.ramp = static_cast<std::int16_t>(number % 1000);
  message.phase = message.wave > 0 ? tests::tools::Phase::rising : tests::tools::Phase::falling;
  message.label = "left";
}

Clock::time_point due_time(Clock::time_point begin, std::uint64_t number, const Plan& plan) {
  const auto due = std::chrono::duration<double>(static_cast<double>(number) / plan.rate);
  return begin + std::chrono::duration_cast<Clock::duration>(due);
}

void produce(StreamProducer& producer, const Plan& plan) {
  const auto begin = Clock::now();
  for (std::uint64_t number = 1; number <= plan.count;) {
    auto slot = producer.loan();
    if (!slot) {
      if (plan.rate != 0) std::this_thread::sleep_for(1ms);
      continue;
    }
    fill(*slot, number, plan);
    slot.publish();
    if (plan.rate != 0) std::this_thread::sleep_until(due_time(begin, number, plan));
    ++number;
  }
}

// Whether every message came, in order and whole.
bool consume(StreamConsumer& consumer, const Plan& plan) {
  for (std::uint64_t number = 1; number <= plan.count;) {
    auto sample = plan.rate != 0 ? consumer.take_for(1s) : consumer.take();
    if (!sample) continue;
    if (sample->number != number || sample->copies[28] != number) return false;
    if (plan.take > 0us) std::this_thread::sleep_for(plan.take);
    ++number;
  }
  return true;
}

// Whether it could.
bool take_late(StreamProducer& producer, StreamConsumer& consumer, const Plan& plan) {
  const auto begin = Clock::now();
  for (std::uint64_t number = 1; number <= plan.count; ++number) {
    auto slot = producer.loan();
    if (!slot) return false;
    fill(*slot, number, plan);
    slot.publish();
    std::this_thread::sleep_for(plan.late);
    if (!consumer.take()) return false;
    std::this_thread::sleep_until(due_time(begin, number, plan));
  }
  return true;
}

bool take_beside(StreamProducer& producer, StreamConsumer& consumer, const Plan& plan) {
  bool was_whole = false;
  std::thread taking([&] { was_whole = consume(consumer, plan); });
  produce(producer, plan);
  taking.join();
  return was_whole;
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count < 3) return 2;
  Plan plan;
  plan.instance = arguments[1];
  plan.count = std::strtoull(arguments[2], nullptr, 10);
  if (argument_count > 3) plan.rate = std::strtod(arguments[3], nullptr);
  if (argument_count > 4) plan.take = std::chrono::microseconds(std::strtol(arguments[4], nullptr, 10));
  if (argument_count > 5) plan.late = std::chrono::microseconds(std::strtol(arguments[5], nullptr, 10));
  sluice::CreateOptions create;
  create.instance = plan.instance;
  auto producer = StreamProducer::create(create);
  sluice::OpenOptions open;
  open.instance = plan.instance;
  auto consumer = StreamConsumer::open(open);
  std::puts("ready");
  std::fflush(stdout);

  const auto begin = Clock::now();
  const bool is_late = plan.late > 0us;
  const bool was_whole = is_late ? take_late(producer, consumer, plan) : take_beside(producer, consumer, plan);
  const std::chrono::duration<double> took = Clock::now() - begin;
  std::printf("%.6f\n", took.count());
  return was_whole ? 0 : 1;
}
