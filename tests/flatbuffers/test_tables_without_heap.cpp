// From loan to publish and from take to read nothing allocates: every malloc and operator new of this program is
// counted.
#include <doctest/doctest.h>

#include "counted_heap.hpp"
#include "poses.hpp"

TEST_CASE("no table is built on the heap, in its slot or beside it, and none is read from there") {
  auto [producer, consumer] = sluice::in_process<tests::TrackChannel>();
  const std::size_t fitting = tests::samples_for(tests::TrackChannel::Message::max_bytes);
  for (const std::size_t samples : {std::size_t{0}, std::size_t{100}, fitting, fitting + 1, std::size_t{1'000'000}}) {
    const std::size_t before = counted_heap::allocations;
    {
      auto loan = producer.loan();
      const bool finished = loan.finish(tests::pose(loan.builder(), samples));
      const bool published = loan.publish();
      const auto sample = consumer.take();
      const bool is_read = sample.table() != nullptr && tests::sum(*sample.table()) > 0;
      const std::size_t made = counted_heap::allocations - before;  // checks allocate themselves
      CHECK_MESSAGE(made == 0, samples);
      CHECK((finished && published && is_read) == (samples <= fitting));
    }
  }
}

TEST_CASE("the count of allocations works: it sees a shared string's, which FlatBuffers keeps in a set") {
  auto [producer, consumer] = sluice::in_process<tests::TrackChannel>();
  auto loan = producer.loan();
  const std::size_t before = counted_heap::allocations;

  loan.builder().CreateSharedString("shared");

  const std::size_t made = counted_heap::allocations - before;
  CHECK(made > 0);
}
