// From loan to publish and from take to read nothing allocates: every malloc and operator new of this program is
// counted.
#include <doctest/doctest.h>

#include <cstdlib>
#include <new>

#include "poses.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SLUICE_TEST_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SLUICE_TEST_SANITIZED
#endif

namespace {
std::size_t allocations = 0;
}

#if !defined(SLUICE_TEST_SANITIZED)                 // sanitizers bring their own
extern "C" void* __libc_malloc(std::size_t bytes);  // NOLINT: glibc's name
extern "C" void* malloc(std::size_t bytes) {
  ++allocations;
  return __libc_malloc(bytes);
}
#endif

void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* const memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

TEST_CASE("no table is built on the heap, in its slot or beside it, and none is read from there") {
  auto [producer, consumer] = sluice::in_process<tests::TrackChannel>();
  const std::size_t fitting = tests::samples_for(tests::TrackChannel::Message::max_bytes);
  for (const std::size_t samples : {std::size_t{0}, std::size_t{100}, fitting, fitting + 1, std::size_t{1'000'000}}) {
    const std::size_t before = allocations;
    {
      auto loan = producer.loan();
      const bool finished = loan.finish(tests::pose(loan.builder(), samples));
      const bool published = loan.publish();
      const auto sample = consumer.take();
      const bool is_read = sample.table() != nullptr && tests::sum(*sample.table()) > 0;
      const std::size_t made = allocations - before;  // checks allocate themselves
      CHECK_MESSAGE(made == 0, samples);
      CHECK((finished && published && is_read) == (samples <= fitting));
    }
  }
}

TEST_CASE("the count of allocations works: it sees a shared string's, which FlatBuffers keeps in a set") {
  auto [producer, consumer] = sluice::in_process<tests::TrackChannel>();
  auto loan = producer.loan();
  const std::size_t before = allocations;

  loan.builder().CreateSharedString("shared");

  const std::size_t made = allocations - before;
  CHECK(made > 0);
}
