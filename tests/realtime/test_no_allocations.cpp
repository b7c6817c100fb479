// The hot path takes no memory: every malloc, calloc, realloc, aligned allocation and operator new of this program is
// counted.
#include <doctest/doctest.h>

#include <cstdlib>
#include <new>
#include <string>

#include "counted_heap.hpp"
#include "rounds.hpp"

TEST_CASE("no message of any order is paid for with memory") {
  tests::for_each_channel([]<class Channel>(const char* name) {
    CAPTURE(std::string(name));
    const TestChannel channel;
    auto ends = tests::both_ends<Channel>(channel);
    const std::size_t before = counted_heap::allocations;

    const std::uint64_t passed = tests::rounds(ends, 100'000);

    const std::size_t made = counted_heap::allocations - before;
    CHECK(made == 0);
    CHECK(passed >= 100'000);
  });
}

TEST_CASE("the count of allocations works: it sees each way to ask for memory") {
  const auto seen = [](auto&& allocate) {
    const std::size_t before = counted_heap::allocations;
    std::free(allocate());
    return counted_heap::allocations > before;
  };
  CHECK(seen([] { return std::malloc(1); }));
  CHECK(seen([] { return std::calloc(1, 1); }));
  CHECK(seen([] { return std::realloc(nullptr, 1); }));
  CHECK(seen([] { return std::aligned_alloc(64, 64); }));
  const std::size_t before = counted_heap::allocations;
  void* volatile memory = ::operator new(1);  // volatile: else the pair may be left out
  ::operator delete(memory);
  CHECK(counted_heap::allocations > before);
}
