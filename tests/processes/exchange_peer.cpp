// A producer that publishes numbered messages as fast as it can:
//   exchange_peer <relay|one|two|four|newest_first|only_newest> <instance> <messages> <batch> <futex|poll>
// Says where it sees slot 0 first, then waits for a consumer, publishes, drains and says "done <messages>": fewer than
// asked for where time runs out, since two that poll on a busy machine pass a channel full only with each turn of
// theirs.
#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <string>

#include "order_messages.hpp"
#include "relay_messages.hpp"
#include "tight_messages.hpp"

using namespace std::chrono_literals;

namespace {

constexpr auto kTime = 40s;

struct Job {
  std::string instance;
  std::uint64_t messages = 0;
  std::size_t batch = 1;
  sluice::Wait wait = sluice::Wait::futex;
};

std::uint64_t fail(const char* what, sluice::Reason reason) {
  std::printf("%s: %s\n", what, sluice::to_string(reason));
  return 0;
}

bool is_late(std::chrono::steady_clock::time_point until) { return std::chrono::steady_clock::now() >= until; }

// Both return the number of the first message that was not published, or 0 for a failure that they have said.
template <class Channel>
std::uint64_t produce_one_by_one(sluice::Producer<Channel>& producer, const Job& job) {
  const auto until = std::chrono::steady_clock::now() + kTime;
  std::uint64_t number = 1;
  for (; number <= job.messages && (number % 1024 != 0 || !is_late(until)); ++number) {
    auto loan = producer.loan_for(30s);
    if (!loan) return fail("loan_for", loan.reason());
    tests::fill(*loan, number);
    loan.publish();
  }
  return number;
}

template <class Channel>
std::uint64_t produce_in_batches(sluice::Producer<Channel>& producer, const Job& job) {
  const auto until = std::chrono::steady_clock::now() + kTime;
  std::uint64_t number = 1;
  while (number <= job.messages && !is_late(until)) {
    if (auto loan = producer.loan_for(30s); !loan) return fail("loan_for", loan.reason());  // dropped: a slot is free
    auto batch = producer.loan_batch(std::min<std::size_t>(job.batch, job.messages - number + 1));
    if (!batch) return fail("loan_batch", batch.reason());
    for (auto& message : batch) tests::fill(message, number++);
    batch.publish();
  }
  return number;
}

template <class Channel>
int produce(const Job& job) {
  auto producer = sluice::Producer<Channel>::create({.instance = job.instance, .wait = job.wait});
  {
    const auto first = producer.loan();
    std::printf("%p\n", static_cast<const void*>(&*first));
    std::fflush(stdout);
  }
  if (const auto waited = producer.wait_for_consumer(30s); !waited) {
    fail("wait_for_consumer", waited.reason());
    return 1;
  }
  const std::uint64_t next = job.batch > 1 ? produce_in_batches(producer, job) : produce_one_by_one(producer, job);
  if (next == 0) return 1;
  if (const auto drained = producer.drain(30s); !drained) {
    fail("drain", drained.reason());
    return 1;
  }
  std::printf("done %" PRIu64 "\n", next - 1);
  return 0;
}

// What is mapped later comes to lie elsewhere than in a process that has mapped nothing.
void shift_addresses() { mmap(nullptr, 333 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0); }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  shift_addresses();
  const std::string channel = argv[1];
  const Job job{argv[2], std::stoull(argv[3]), std::stoul(argv[4]),
                std::string(argv[5]) == "poll" ? sluice::Wait::poll : sluice::Wait::futex};
  if (channel == "relay") return produce<tests::RelayChannel>(job);
  if (channel == "one") return produce<tests::TightOneChannel>(job);
  if (channel == "two") return produce<tests::TightTwoChannel>(job);
  if (channel == "newest_first") return produce<tests::NewestFirstChannel>(job);
  if (channel == "only_newest") return produce<tests::OnlyNewestChannel>(job);
  return produce<tests::TightFourChannel>(job);
}
