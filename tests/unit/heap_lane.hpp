// A lane on plain memory, for tests of one thread: no window, no process, no lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <variant>
#include <vector>

#include <sluice/detail/consumer_lane.hpp>
#include <sluice/detail/producer_lane.hpp>
#include <sluice/detail/shared_claim.hpp>

#include "geometry.hpp"
#include "new_lane.hpp"
#include "recovery.hpp"
#include "slot_homes.hpp"

namespace sluice::detail {

class HeapLane {
 public:
  static constexpr std::uint64_t kMessageBytes = 24;  // prefix and one u64

  explicit HeapLane(std::uint32_t capacity, Order order = Order::fifo, Reuse reuse = Reuse::in_turn)
      : order_(order),
        reuse_(reuse),
        geometry_(*lay_out_window(capacity, kMessageBytes, 1, 4096)),
        bytes_(static_cast<std::byte*>(::operator new(geometry_.total_bytes, kAlignment))) {
    std::memset(bytes_.get(), 0, geometry_.total_bytes);
    make_new_lane<LiveMemory>(view());
  }

  /// Of whoever attaches from now on.
  void set_reuse(Reuse reuse) { reuse_ = reuse; }

  LaneView view() const {
    LaneView made = lane_view(geometry_, order_, bytes_.get());
    made.slots.reuse = reuse_;
    return made;
  }
  std::uint32_t capacity() const { return static_cast<std::uint32_t>(geometry_.capacity); }

  template <class Memory = LiveMemory>
  ProducerLane<Memory> producer() const {
    return ProducerLane<Memory>(view(), std::get<ProducerStart>(recover_producer<LiveMemory>(view())));
  }
  template <class Memory = LiveMemory>
  ConsumerLane<Memory> consumer() const {
    return ConsumerLane<Memory>(view(), std::get<ConsumerStart>(recover_consumer<LiveMemory>(view())));
  }

  std::uint64_t& payload(SlotIndex slot) const {
    return *reinterpret_cast<std::uint64_t*>(view().slots.base + place(slot) * view().slots.stride_bytes + 16);
  }

  ProducerWords& producer_words() const { return *view().producer.words; }
  ConsumerWords& consumer_words() const { return *view().consumer.words; }
  /// How many messages have been taken up, or dropped.
  std::uint64_t claimed() const {
    return order_ == Order::latest ? ClaimWord{consumer_words().shared_claim.load()}.number()
                                   : consumer_words().claim.load();
  }
  Held producer_mark(std::uint32_t slot) const { return Held{view().producer.marks[slot].load()}; }
  Held consumer_mark(std::uint32_t slot) const { return Held{view().consumer.marks[slot].load()}; }

  /// In how many of {free, head, the producer's, the consumer's} each slot is, as a successor would find it [I1].
  std::vector<int> homes() const { return test::slot_homes(view()); }

 private:
  static constexpr std::align_val_t kAlignment{4096};
  struct Free {
    void operator()(std::byte* bytes) const { ::operator delete(bytes, kAlignment); }
  };

  Order order_;
  Reuse reuse_;
  Geometry geometry_;
  std::unique_ptr<std::byte, Free> bytes_;
};

}  // namespace sluice::detail
