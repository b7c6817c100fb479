// The driver of a soak: starts a producer and a consumer, kills one or both at random moments, starts them again,
// and at the end compares what the record says with what the window holds. It has no endpoint while they run.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <thread>

#include <unistd.h>

#include "consuming.hpp"
#include "last_look.hpp"
#include "options.hpp"
#include "producing.hpp"
#include "progress.hpp"
#include "record.hpp"
#include "worker.hpp"

namespace soak {

namespace {

volatile std::sig_atomic_t interrupted = 0;

template <class Channel>
class Soak {
 public:
  Soak(const Options& options, Record& record)
      : options_(options), record_(record), random_(options.seed), instance_("soak" + std::to_string(getpid())) {}

  /// Whether nothing went wrong.
  bool run() {
    start(producer_);
    start(consumer_);
    while (kills_ < options_.kills && live_for(moment_of_next_kill())) kill_some();
    end();
    progress_.end();
    return sum_up();
  }

 private:
  void start(Worker& worker) {
    started_last_ = &worker;
    const std::uint64_t seed = random_();
    if (&worker == &producer_) {
      worker.start([this, seed] { Producing<Channel>(record_, instance_, seed).run(); });
    } else {
      worker.start([this, seed] { Consuming<Channel>(record_, instance_, seed).run(); });
    }
  }

  // Lets both run. False: there is a reason to stop.
  bool live_for(std::chrono::microseconds time) {
    constexpr std::chrono::microseconds longest_pause{100'000};
    for (auto left = time; left.count() > 0; left -= longest_pause) {
      pause(std::min(left, longest_pause));
      progress_.show(kills_, options_.kills, record_.handed_out);
      if (record_.mistakes > 0 || interrupted != 0 || !is_moving()) return false;
    }
    return true;
  }

  // One kill in four comes at once, to whom was started last: inside set-up and recovery, as far as it gets.
  std::chrono::microseconds moment_of_next_kill() {
    const auto longest = std::chrono::microseconds{options_.between_kills} * 8 / 3;
    comes_at_once_ = random_() % 4 == 0;
    if (comes_at_once_) return std::chrono::microseconds{random_() % 1000};
    return std::chrono::microseconds{random_() % static_cast<std::uint64_t>(longest.count() + 1)};
  }

  void kill_some() {
    const std::uint64_t dice = options_.victims == Victims::both_at_once ? 0 : random_() % 5;
    const bool strikes_producer = random_() % 2 == 0;
    Worker& first = comes_at_once_ ? *started_last_ : strikes_producer ? producer_ : consumer_;
    Worker& second = &first == &producer_ ? consumer_ : producer_;
    const bool both = dice == 0 && kills_ + 2 <= options_.kills;
    first.strike();
    if (both) second.strike();
    note_death(first);
    if (both) note_death(second);
    pause(std::chrono::microseconds{random_() % 3000});  // the survivor is alone for a while
    start(first);
    if (both) start(second);
  }
  void note_death(Worker& worker) {
    if (!worker.is_killed()) record_.complain("the %s had ended by itself", worker.name());
    ++kills_;
  }

  // Both wait for each other, or one for a wake-up that was lost?
  bool is_moving() {
    const auto now = std::chrono::steady_clock::now();
    const std::uint64_t handed_out = record_.handed_out;
    if (handed_out != last_handed_out_) moved_at_ = now;
    last_handed_out_ = handed_out;
    if (now - moved_at_ < std::chrono::seconds{30}) return true;
    record_.complain("no message was taken for 30 seconds");
    return false;
  }

  // Without kills for a moment, then in peace: first the producer, then the consumer, once it has read all. Only a last
  // producer keeps the window: one that a soak leaves which is killed itself is nobody's.
  void end() {
    if (!producer_.kill()) record_.complain("the producer had ended by itself");
    record_.producer_is_last = true;
    start(producer_);
    if (record_.mistakes == 0) pause(std::chrono::milliseconds{100});
    record_.producer_should_end = true;
    if (!producer_.ends_well()) record_.complain("the producer did not end by itself");
    record_.consumer_should_end = true;
    if (!consumer_.ends_well()) record_.complain("the consumer did not end by itself");
  }

  bool sum_up() {
    producer_.kill();
    consumer_.kill();
    const LastLook seen = look_at_window<Channel>(instance_);
    const std::uint64_t published = record_.published;
    if (seen.published != published) {
      record_.complain("the window counts %llu messages, the producers published %llu",
                       static_cast<unsigned long long>(seen.published), static_cast<unsigned long long>(published));
    }
    const std::uint64_t lost = Channel::info.order == sluice::Order::latest
                                   ? (published == 0 || record_.seen.has(published) ? 0 : 1)
                                   : record_.seen.missing_up_to(published);
    const std::uint64_t torn = record_.torn;
    const std::uint64_t unflagged = record_.unflagged_repeats;
    if (record_.mistakes > 0) {
      std::printf("soak: %llu other mistakes, see above\n", static_cast<unsigned long long>(record_.mistakes.load()));
    }
    if (interrupted != 0) {
      std::printf("soak: interrupted after %llu of %llu kills\n", static_cast<unsigned long long>(kills_),
                  static_cast<unsigned long long>(options_.kills));
    }
    std::printf(
        "soak: kills %llu published %llu taken %llu lost %llu torn %llu unflagged_repeats %llu leaked_slots %llu\n",
        static_cast<unsigned long long>(kills_), static_cast<unsigned long long>(seen.published),
        static_cast<unsigned long long>(seen.taken), static_cast<unsigned long long>(lost),
        static_cast<unsigned long long>(torn), static_cast<unsigned long long>(unflagged),
        static_cast<unsigned long long>(seen.leaked_slots));
    return lost + torn + unflagged + seen.leaked_slots + record_.mistakes == 0;
  }

  static void pause(std::chrono::microseconds time) { std::this_thread::sleep_for(time); }

  const Options& options_;
  Record& record_;
  std::mt19937_64 random_;
  std::string instance_;
  Worker producer_{"producer"};
  Worker consumer_{"consumer"};
  Progress progress_;
  Worker* started_last_ = nullptr;
  bool comes_at_once_ = false;
  std::uint64_t kills_ = 0;
  std::uint64_t last_handed_out_ = 0;
  std::chrono::steady_clock::time_point moved_at_ = std::chrono::steady_clock::now();
};

bool run(const Options& options, Record& record) {
  switch (options.order) {
    case sluice::Order::lifo:
      return Soak<tests::SoakLifoChannel>(options, record).run();
    case sluice::Order::latest:
      return Soak<tests::SoakLatestChannel>(options, record).run();
    default:
      return Soak<tests::SoakFifoChannel>(options, record).run();
  }
}

}  // namespace

}  // namespace soak

int main(int argc, char** argv) {
  const soak::Options options = soak::options_from(argc, argv);
  std::signal(SIGINT, [](int) { soak::interrupted = 1; });
  std::printf("soak: order %s, seed %llu\n", options.order_name(), static_cast<unsigned long long>(options.seed));
  const bool went_well = soak::run(options, soak::Record::make());
  if (went_well && soak::interrupted != 0) return 128 + SIGINT;
  return went_well ? 0 : 1;
}
