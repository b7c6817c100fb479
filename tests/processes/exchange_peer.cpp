// A producer that publishes numbered messages as fast as it can:
//   exchange_peer <relay|one|two|four|newest_first|only_newest> <instance> <messages> <batch> <futex|poll>
// Says where it sees slot 0 first, then waits for a consumer, publishes, drains and says "done".
#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include "order_messages.hpp"
#include "relay_messages.hpp"
#include "tight_messages.hpp"

using namespace std::chrono_literals;

namespace {

struct Job {
  std::string instance;
  std::uint64_t messages = 0;
  std::size_t batch = 1;
  sluice::Wait wait = sluice::Wait::futex;
};

int fail(const char* what, sluice::Reason reason) {
  std::printf("%s: %s\n", what, sluice::to_string(reason));
  return 1;
}

template <class Channel>
int produce_one_by_one(sluice::Producer<Channel>& producer, const Job& job) {
  for (std::uint64_t number = 1; number <= job.messages; ++number) {
    auto loan = producer.loan_for(30s);
    if (!loan) return fail("loan_for", loan.reason());
    tests::fill(*loan, number);
    loan.publish();
  }
  return 0;
}

template <class Channel>
int produce_in_batches(sluice::Producer<Channel>& producer, const Job& job) {
  for (std::uint64_t number = 1; number <= job.messages;) {
    if (auto loan = producer.loan_for(30s); !loan) return fail("loan_for", loan.reason());  // dropped: a slot is free
    auto batch = producer.loan_batch(std::min<std::size_t>(job.batch, job.messages - number + 1));
    if (!batch) return fail("loan_batch", batch.reason());
    for (auto& message : batch) tests::fill(message, number++);
    batch.publish();
  }
  return 0;
}

template <class Channel>
int produce(const Job& job) {
  auto producer = sluice::Producer<Channel>::create({.instance = job.instance, .wait = job.wait});
  {
    const auto first = producer.loan();
    std::printf("%p\n", static_cast<const void*>(&*first));
    std::fflush(stdout);
  }
  if (const auto waited = producer.wait_for_consumer(30s); !waited) return fail("wait_for_consumer", waited.reason());
  const int failed = job.batch > 1 ? produce_in_batches(producer, job) : produce_one_by_one(producer, job);
  if (failed != 0) return failed;
  if (const auto drained = producer.drain(30s); !drained) return fail("drain", drained.reason());
  std::puts("done");
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
