// What both sides do in each case, for any subject. One template for all, so that the work around a subject's own is
// the same machine code.
#pragma once

#include <sched.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <thread>

#include "content.hpp"
#include "subject.hpp"
#include "ticks.hpp"

namespace bench {

inline constexpr std::chrono::milliseconds kSlice{20};  // of sleep, then a look whether the run is over

/// How many messages pass between two looks at the clock: a look costs about as much as a small message.
template <std::size_t Bytes>
inline constexpr std::uint64_t kClockEvery = Bytes <= 1024    ? 64
                                             : Bytes <= 16384 ? 16
                                                              : 1;

/// However short the time, a slow subject gets this many messages (of a stream: looks at the clock) or 2 s.
inline constexpr std::uint64_t kLeast = 5;
inline constexpr double kPatienceSeconds = 2;

/// Enters round trips into an outcome: each by itself, and the mean of chunks that last 2 us at least. A time stamp
/// counter may count in steps of 10 ns and more, a tenth of a round trip; the mean of a chunk is finer.
class TripTimes {
 public:
  TripTimes(Outcome& outcome, Ticks chunk) noexcept : outcome_(outcome), chunk_(chunk) {}

  void add(Ticks trip) noexcept {
    outcome_.latency.add(trip);
    ++outcome_.measured;
    ++trips_;
    ticks_ += trip;
    if (ticks_ < chunk_) return;
    outcome_.typical.add(ticks_ * 16 / trips_);
    trips_ = 0;
    ticks_ = 0;
  }

 private:
  Outcome& outcome_;
  Ticks chunk_;
  std::uint64_t trips_ = 0;
  Ticks ticks_ = 0;
};

/// What one side does for `Bytes` of content, with a Sender and a Receiver of its Kind.
template <class Kind, std::size_t Bytes>
class Runner {
  using Sender = typename Kind::template Sender<Bytes>;
  using Receiver = typename Kind::template Receiver<Bytes>;

 public:
  static void run(Session& session) {
    Runner runner(session);
    const bool source = session.side() == Side::source;
    if (is_round_trip(session.request().which)) {
      if constexpr (!Kind::traits.batches) source ? runner.ping() : runner.pong();
    } else {
      source ? runner.produce() : runner.consume();
    }
  }

 private:
  explicit Runner(Session& session)
      : session_(session), asked_(session.request()), sleeping_(sleeps(asked_.which)), outcome_(session.outcome()) {}

  void begin() {
    outcome_.probe_before_ns = session_.probe();
    session_.meet();
    began_ = now();
  }
  void end() { outcome_.probe_after_ns = session_.probe(); }

  static void wait_a_moment() noexcept {
    if constexpr (Kind::traits.threaded) {
      sched_yield();
    } else {
      relax();
    }
  }

  static void send(Sender& sender, std::uint64_t first) {
    while (!sender.try_send([first](std::uint64_t* words) { fill<Bytes>(words, first); })) wait_a_moment();
  }

  /// One message, read into the tally. False when `over` says so; it is asked when some looks were in vain.
  template <class Over>
  bool receive(Receiver& receiver, Over&& over) {
    const auto read = [this](const std::uint64_t* words) {
      tally_.add(words);
      last_first_ = words[0];
    };
    if constexpr (Kind::traits.sleeps) {
      if (sleeping_) {
        while (!receiver.receive_for(read, kSlice)) {
          if (over()) return false;
        }
        return true;
      }
    }
    for (std::uint32_t looks = 1; !receiver.try_receive(read); ++looks) {
      if (looks % 256 == 0 && over()) return false;
      wait_a_moment();
    }
    return true;
  }

  void ping() {
    Sender out(session_.forward());
    Receiver in(session_.backward());
    begin();
    const Ticks measure_from = began_ + session_.ticks(asked_.warm_up_seconds);
    const Ticks measure_to = measure_from + session_.ticks(asked_.seconds);
    const std::uint64_t limit = messages_asked();
    TripTimes times(outcome_, session_.ticks(2e-6));
    Ticks from = now();
    std::uint64_t trip = 0;
    const Ticks patience = session_.ticks(kPatienceSeconds);
    while (trip < limit && (from < measure_to || (outcome_.measured < kLeast && from < measure_to + patience))) {
      send(out, ++trip);
      if (!await_answer(in, trip)) {
        ++outcome_.lost;
        from = now();
        continue;
      }
      const Ticks to = now();
      if (from >= measure_from) times.add(to - from);
      from = to;
    }
    session_.control().stop.store(1, std::memory_order_release);
    outcome_.sent = trip;
    close();
  }

  // Where messages may be lost, an answer that does not come within 100 ms is given up; one that comes later is
  // recognised by its number and left alone.
  bool await_answer(Receiver& in, std::uint64_t trip) {
    const Ticks give_up = Kind::traits.lossless ? 0 : now() + session_.ticks(0.1);
    do {
      if (!receive(in, [&] { return !Kind::traits.lossless && now() > give_up; })) return false;
    } while (last_first_ != trip);
    return true;
  }

  void pong() {
    Receiver in(session_.forward());
    Sender out(session_.backward());
    begin();
    const auto over = [this] { return session_.control().stop.load(std::memory_order_acquire) != 0; };
    while (receive(in, over)) {
      ++outcome_.sent;
      send(out, last_first_);
    }
    close();
  }

  void produce() {
    Sender out(session_.forward());
    begin();
    const std::uint64_t sent = is_paced(asked_.which) ? produce_paced(out) : produce_at_full_speed(out);
    if constexpr (Kind::traits.batches) {
      out.flush();
    }
    outcome_.sent = sent;
    session_.control().sent.store(sent, std::memory_order_release);
    session_.meet();  // the sender lives until all is received
    end();
  }

  std::uint64_t produce_at_full_speed(Sender& out) {
    const Ticks measure_from = began_ + session_.ticks(asked_.warm_up_seconds);
    const Ticks until = measure_from + session_.ticks(asked_.seconds);
    const Ticks patience = session_.ticks(kPatienceSeconds);
    const std::uint64_t limit = messages_asked();
    std::uint64_t sent = 0, looks = 0;  // looks at the clock, once warm
    while (sent < limit) {
      send(out, ++sent);
      if (sent % kClockEvery<Bytes> != 0) continue;
      const Ticks at = now();
      if (at > measure_from) ++looks;
      if (at > until && (looks >= kLeast || at > until + patience)) break;
    }
    return sent;
  }

  // The first word is the time at which the message was due, not the one at which its turn came: a message that had
  // to wait for its sender is late.
  std::uint64_t produce_paced(Sender& out) {
    const Ticks until = began_ + session_.ticks(asked_.warm_up_seconds + asked_.seconds);
    const std::uint64_t limit = messages_asked();
    const double period = 1e9 / asked_.rate_hz / asked_.ns_per_tick;
    std::uint64_t sent = 0;
    for (Ticks due = began_; sent < limit && due < until; ++sent) {
      due = began_ + static_cast<Ticks>(static_cast<double>(sent + 1) * period);
      if (sleeps(asked_.which)) nap_until(due);
      while (now() < due) wait_a_moment();
      send(out, due);
    }
    return sent;
  }
  /// Sleeps, but wakes so early that what is left can be spun: a source that sleeps may be late by a timer's slack.
  void nap_until(Ticks due) const {
    constexpr double kEarlyNs = 200'000;
    const Ticks at = now();
    const double ns = due > at ? static_cast<double>(due - at) * asked_.ns_per_tick - kEarlyNs : 0;
    if (ns > 0) std::this_thread::sleep_for(std::chrono::nanoseconds(static_cast<std::int64_t>(ns)));
  }

  void consume() {
    Receiver in(session_.forward());
    begin();
    const bool paced = is_paced(asked_.which);
    const Ticks measure_from = began_ + session_.ticks(asked_.warm_up_seconds);
    Mark first, last;
    while (receive(in, [this] { return all_received(); })) {
      if (paced) {
        const Ticks at = now();
        if (last_first_ >= measure_from) outcome_.latency.add(at > last_first_ ? at - last_first_ : 0);
      } else if (tally_.count() % kClockEvery<Bytes> == 0) {
        const Ticks at = now();
        last = {at, tally_.count()};
        if (first.at == 0 && at >= measure_from) first = last;
      }
    }
    outcome_.measured = first.at == 0 ? 0 : last.count - first.count;
    outcome_.seconds = session_.seconds(last.at - first.at);
    outcome_.lost = session_.control().sent.load(std::memory_order_acquire) - tally_.count();
    session_.meet();
    close();
  }

  // Where messages may be lost, a stream is over when nothing came for 50 ms after its last one was sent.
  bool all_received() {
    const std::uint64_t sent = session_.control().sent.load(std::memory_order_acquire);
    if (sent == 0) return session_.control().failed.load(std::memory_order_relaxed) != 0;
    if (tally_.count() == sent) return true;
    if constexpr (Kind::traits.lossless) return false;
    if (count_when_idle_ != tally_.count() || idle_since_ == 0) {
      count_when_idle_ = tally_.count();
      idle_since_ = now();
    }
    return now() > idle_since_ + session_.ticks(0.05);
  }

  void close() {
    end();
    outcome_.received = tally_.count();
    if (!tally_.is_whole()) throw Refused("a message had other words than were sent");
    const bool counts_upwards = !is_paced(asked_.which) && !is_round_trip(asked_.which);
    const std::uint64_t sent = session_.control().sent.load(std::memory_order_acquire);
    if (Kind::traits.lossless && counts_upwards && tally_.firsts() != sent * (sent + 1) / 2) {
      throw Refused("the messages received are not those sent");
    }
  }

  std::uint64_t messages_asked() const {
    return asked_.messages != 0 ? asked_.messages : std::numeric_limits<std::uint64_t>::max();
  }

  struct Mark {
    Ticks at = 0;
    std::uint64_t count = 0;
  };

  Session& session_;
  const Request& asked_;
  const bool sleeping_;
  Outcome& outcome_;
  Tally<Bytes> tally_;
  std::uint64_t last_first_ = 0;
  Ticks began_ = 0;
  Ticks idle_since_ = 0;
  std::uint64_t count_when_idle_ = 0;
};

/// A subject of this Kind, for these sizes of content.
template <class Kind, std::size_t... Bytes>
Subject describe(std::string name, std::string title, std::string group) {
  Subject subject{std::move(name), std::move(title), std::move(group), Kind::traits, Kind::arena_bytes, {}};
  (subject.run.emplace(Bytes, Runner<Kind, Bytes>::run), ...);
  return subject;
}

/// The same, for the sizes that all subjects are compared at.
template <class Kind>
Subject describe_all_sizes(std::string name, std::string title, std::string group) {
  return describe<Kind, 48, 112, 4096, 65536, 1048576>(std::move(name), std::move(title), std::move(group));
}

}  // namespace bench
