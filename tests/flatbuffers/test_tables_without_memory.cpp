// What happens where the system gives no more: an error of set-up, or std::bad_alloc from the builder, and the next
// loan works. Limits of this process stand in for a machine without memory.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <new>
#include <string>

#include "poses.hpp"
#include "sanitized.hpp"

#if !defined(SLUICE_TEST_SANITIZED)  // sanitizers need address space of their own
namespace {

class Limit {
 public:
  Limit(__rlimit_resource resource, rlim_t bytes) : resource_(resource) {
    getrlimit(resource_, &before_);
    const rlimit lower{bytes, before_.rlim_max};
    REQUIRE(setrlimit(resource_, &lower) == 0);
  }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;
  ~Limit() { setrlimit(resource_, &before_); }

 private:
  __rlimit_resource resource_;
  rlimit before_{};
};

constexpr rlim_t kMiB = 1024 * 1024;

}  // namespace

TEST_CASE("a producer that gets no address space for tables that leave their slots is an error that says so") {
  const Limit limit(RLIMIT_AS, 1024 * kMiB);

  const auto made = sluice::try_in_process<tests::TrackChannel>();

  REQUIRE_FALSE(made);
  CHECK(made.error().code() == sluice::ErrorCode::system);
  CHECK(std::string(made.error().what()) ==
        "sluice: channel 'tests.track': mmap of 6 GiB of address space: Cannot allocate memory\n  hint: memory or "
        "address space is short: raise "
        "`ulimit -v`, lower `capacity`, or end other programs");
}

TEST_CASE("a builder that gets no memory throws, nothing of its loan is published, and the next loan works") {
  auto [producer, consumer] = sluice::in_process<tests::TrackChannel>();
  {
    auto loan = producer.loan();
    const Limit limit(RLIMIT_DATA, 64 * kMiB);
    CHECK_THROWS_AS(tests::pose(loan.builder(), 256 * kMiB), std::bad_alloc);
    CHECK_FALSE(loan.finish(tests::Root(8)));
    CHECK(loan.reason() == sluice::Reason::unfinished);
    CHECK_FALSE(loan.publish());
  }
  auto loan = producer.loan();

  REQUIRE(loan.finish(tests::pose(loan.builder(), 8)));

  CHECK(loan.publish());
  CHECK(consumer.take().table() != nullptr);
}
#endif
