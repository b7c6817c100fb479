// The runtime's lanes under the C++ memory model, as Relacy Race Detector plays it: every load may return any value
// that its order allows, and threads change at every step. Each test passes as the runtime is, and must fail once the
// order that it is about is weakened: so a test that sees nothing is a failure here.
// Relacy runs no processes: death is the models' business (docs/model).
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <streambuf>
#include <string>

#include "relacy_lane.hpp"

namespace sluice::detail {

// The kernel's half of waiting: compares and queues in one, behind a full barrier.
void futex_wait(const HalfWord& word, std::uint32_t expected, Clock::time_point) noexcept {
  rl::context& context = rl::ctx();
  rl::atomic<std::uint64_t>& bell = word.entry().word;
  context.sched();
  context.atomic_thread_fence_seq_cst();
  std::uint64_t now = 0;
  {
    rl::preemption_disabler undisturbed(context);
    now = bell.load(rl::mo_relaxed, $);
  }
  if (now == expected) bell.wait(context, false, false, $);
}
void futex_wake_all(const HalfWord& word) noexcept {
  rl::context& context = rl::ctx();
  context.sched();
  context.atomic_thread_fence_seq_cst();
  word.entry().word.wake(context, 2, $);
}

}  // namespace sluice::detail

namespace {

using namespace sluice::detail;
using sluice::Order;

// Thread 0 is the producer, thread 1 the consumer.
template <class Test, std::uint32_t kSlots, Order kOrder>
struct LaneTest : rl::test_suite<Test, 2> {
  std::unique_ptr<SharedWords> words;
  std::unique_ptr<RelacyLane> lane;

  void before() {
    words = std::make_unique<SharedWords>();
    lane = std::make_unique<RelacyLane>(kSlots, kOrder);
  }
  void after() {
    lane.reset();
    words.reset();
  }
  void thread(unsigned role) {
    Test& test = static_cast<Test&>(*this);
    role == 0 ? test.produce() : test.consume();
  }
};

struct PayloadsArriveWhole : LaneTest<PayloadsArriveWhole, 2, Order::fifo> {
  static constexpr const char* kName = "payloads pass through head, slots come back through free";
  static constexpr std::uint64_t kMessages = 4;  // more than slots: each slot is filled twice

  void produce() {
    for (std::uint64_t number = 1; number <= kMessages;) {
      if (lane->publish(number)) ++number;
      RL_ASSERT(!lane->producer().fault());
      rl::yield(1, $);
    }
  }
  void consume() {
    for (std::uint64_t number = 1; number <= kMessages;) {
      const Taken taken = lane->consumer().take();
      RL_ASSERT(!lane->consumer().fault());
      if (taken.slot == kNil) {
        rl::yield(1, $);
        continue;
      }
      RL_ASSERT(taken.number == number && lane->payload(taken.slot) == number);
      lane->consumer().release(taken.slot);
      ++number;
    }
  }
};

struct ClaimsAndDropsAgree : LaneTest<ClaimsAndDropsAgree, 5, Order::latest> {
  static constexpr const char* kName = "latest: a head read behind the claim is not older than what the claim counts";
  static constexpr std::uint64_t kMessages = 6;

  // In pairs: behind a single message, the fence of its loan [J9] would do what C2 does.
  void produce() {
    for (std::uint64_t number = 1; number <= kMessages;) {
      if (lane->publish_pair(number)) number += 2;
      RL_ASSERT(!lane->producer().fault());
      rl::yield(1, $);
    }
  }
  void consume() {
    for (std::uint64_t last = 0; last < kMessages;) {
      const Taken taken = lane->consumer().take();
      RL_ASSERT(!lane->consumer().fault());
      if (taken.slot == kNil) {
        rl::yield(1, $);
        continue;
      }
      RL_ASSERT(taken.number > last && lane->payload(taken.slot) == taken.number);
      last = taken.number;
      lane->consumer().release(taken.slot);
    }
  }
};

struct NoWakeUpIsLost : LaneTest<NoWakeUpIsLost, 2, Order::fifo> {
  static constexpr const char* kName = "bell and armed: a consumer that sleeps is woken";
  static constexpr std::uint64_t kMessages = 2;

  void before() {
    LaneTest::before();
    lane->sleeping_consumer().announce();  // long ago: a sleep has no end of its own
  }
  void produce() {
    for (std::uint64_t number = 1; number <= kMessages; ++number) RL_ASSERT(lane->publish(number));
  }
  void consume() {
    Sleeper<RelacyMemory>& sleeper = lane->sleeping_consumer();
    for (std::uint64_t number = 1; number <= kMessages;) {
      const Taken taken = lane->consumer().take();
      if (taken.slot != kNil) {
        RL_ASSERT(taken.number == number && lane->payload(taken.slot) == number);
        lane->consumer().release(taken.slot);
        ++number;
        continue;
      }
      // As sleep_once() in endpoint.cpp.
      sleeper.arm();
      if (!lane->consumer().has_message()) sleeper.sleep({});
      sleeper.disarm();
    }
  }
};

// What Relacy says, without an allocation: it would take one for the test's own.
class Account : public std::streambuf {
 public:
  Account() { setp(text_, text_ + sizeof text_); }
  std::string text() const { return {pbase(), pptr()}; }

 private:
  int_type overflow(int_type character) override { return character; }  // the rest is cut off

  char text_[1 << 16];
};

template <class Test>
rl::test_result_e run(Label weakened, unsigned iterations, std::uint64_t& tried, std::string& account) {
  SharedWords::weakened = weakened;
  Account said;
  std::ostream stream(&said);
  rl::test_params params;
  params.iteration_count = iterations;
  params.output_stream = &stream;
  params.progress_stream = &stream;
  params.execution_depth_limit = 20'000;
  rl::simulate<Test>(params);
  tried = params.stop_iteration;
  account = said.text();
  return params.test_result;
}

int passed = 0;
int failed = 0;

void count(bool is_good) { ++(is_good ? passed : failed); }

template <class Test>
void holds(unsigned iterations) {
  std::uint64_t tried = 0;
  std::string account;
  const rl::test_result_e result = run<Test>(Label::none, iterations, tried, account);
  const bool is_good = result == rl::test_result_success;
  std::printf("%s\n  as it is            %8llu executions  %s\n", Test::kName,
              static_cast<unsigned long long>(is_good ? iterations : tried),
              is_good ? "no error" : rl::test_result_str(result));
  if (!is_good) std::printf("%s\n", account.c_str());
  count(is_good);
}

template <class Test>
void finds(Label weakened, const char* label, unsigned iterations) {
  std::uint64_t tried = 0;
  std::string account;
  const rl::test_result_e result = run<Test>(weakened, iterations, tried, account);
  const bool found = result != rl::test_result_success;
  std::printf("  without %-10s  %8llu executions  %s\n", label,
              static_cast<unsigned long long>(found ? tried : iterations),
              found ? rl::test_result_str(result) : "NOT FOUND");
  count(found);
}

}  // namespace

// test_relacy [EXECUTIONS]: how many of each test; where an order is weakened, the first that fails is the last.
int main(int argument_count, char** arguments) {
  const unsigned iterations = argument_count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 20'000;

  holds<PayloadsArriveWhole>(iterations);
  finds<PayloadsArriveWhole>(Label::S1_of_head, "S1 of head", iterations);
  finds<PayloadsArriveWhole>(Label::S2_of_head, "S2 of head", iterations);
  finds<PayloadsArriveWhole>(Label::S1_of_free, "S1 of free", iterations);
  finds<PayloadsArriveWhole>(Label::S2_of_free, "S2 of free", iterations);
  holds<ClaimsAndDropsAgree>(iterations);
  finds<ClaimsAndDropsAgree>(Label::C1, "C1", iterations);
  finds<ClaimsAndDropsAgree>(Label::C2, "C2", iterations);
  holds<NoWakeUpIsLost>(iterations);
  finds<NoWakeUpIsLost>(Label::B7, "B7", iterations);
  finds<NoWakeUpIsLost>(Label::B8, "B8", iterations);

  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
