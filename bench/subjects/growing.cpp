// Sluice fifo with more and more of one thing, while the content that is written and summed stays the same: capacity,
// the size of a slot (of which 8 bytes are used), channels in one process (used in turns).
#include <bench/channels/capacity_1024.channel.hpp>
#include <bench/channels/capacity_16.channel.hpp>
#include <bench/channels/capacity_16384.channel.hpp>
#include <bench/channels/capacity_2.channel.hpp>
#include <bench/channels/capacity_256.channel.hpp>
#include <bench/channels/capacity_4.channel.hpp>
#include <bench/channels/capacity_4096.channel.hpp>
#include <bench/channels/capacity_64.channel.hpp>
#include <bench/channels/capacity_65536.channel.hpp>
#include <bench/channels/slot_1024.channel.hpp>
#include <bench/channels/slot_1048576.channel.hpp>
#include <bench/channels/slot_16.channel.hpp>
#include <bench/channels/slot_16384.channel.hpp>
#include <bench/channels/slot_262144.channel.hpp>
#include <bench/channels/slot_64.channel.hpp>
#include <bench/channels/slot_8388608.channel.hpp>

#include "../cases.hpp"
#include "../subjects.hpp"
#include "words.hpp"

namespace bench {

namespace {

// `Count` channels of one kind between the same two processes.
template <class Channel, std::size_t Count>
struct Fifos {
  static constexpr Traits traits{};
  static std::size_t arena_bytes(std::size_t) { return 0; }

  static std::string instance(const Link& link, std::size_t number) { return link.name + "_" + std::to_string(number); }

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) {
      for (std::size_t number = 0; number < Count; ++number) {
        producers_.push_back(Producer::create({.instance = instance(link, number)}));
      }
    }
    template <class Fill>
    bool try_send(Fill&& fill) {
      auto slot = producers_[turn_].loan_uninitialized();
      if (!slot) return false;
      fill(words(*slot));
      if (++turn_ == Count) turn_ = 0;
      return slot.publish();
    }

   private:
    using Producer = sluice::Producer<Channel>;
    std::vector<Producer> producers_;
    std::size_t turn_ = 0;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link) {
      for (std::size_t number = 0; number < Count; ++number) {
        consumers_.push_back(Consumer::open_for(std::chrono::seconds(10), {.instance = instance(link, number)}));
      }
    }
    template <class Read>
    bool try_receive(Read&& read) {
      const auto sample = consumers_[turn_].take();
      if (!sample) return false;
      read(words(*sample));
      if (++turn_ == Count) turn_ = 0;
      return true;
    }

   private:
    using Consumer = sluice::Consumer<Channel>;
    std::vector<Consumer> consumers_;
    std::size_t turn_ = 0;
  };
};

template <class Channel, std::size_t Bytes>
Subject one_channel(const char* name, const char* title) {
  return describe<Fifos<Channel, 1>, Bytes>(name, title, "growing");
}

template <std::size_t Count>
Subject channels_in_turns() {
  const std::string count = std::to_string(Count);
  return describe<Fifos<channels::Capacity16Channel, Count>, 48>("fifo-channels-" + count, count + " channels",
                                                                 "growing");
}

}  // namespace

std::vector<Subject> growing_subjects() {
  return {
      one_channel<channels::Capacity2Channel, 48>("fifo-capacity-2", "capacity of 2"),
      one_channel<channels::Capacity4Channel, 48>("fifo-capacity-4", "capacity of 4"),
      one_channel<channels::Capacity16Channel, 48>("fifo-capacity-16", "capacity of 16"),
      one_channel<channels::Capacity64Channel, 48>("fifo-capacity-64", "capacity of 64"),
      one_channel<channels::Capacity256Channel, 48>("fifo-capacity-256", "capacity of 256"),
      one_channel<channels::Capacity1024Channel, 48>("fifo-capacity-1024", "capacity of 1024"),
      one_channel<channels::Capacity4096Channel, 48>("fifo-capacity-4096", "capacity of 4096"),
      one_channel<channels::Capacity16384Channel, 48>("fifo-capacity-16384", "capacity of 16384"),
      one_channel<channels::Capacity65536Channel, 48>("fifo-capacity-65536", "capacity of 65536"),
      one_channel<channels::Slot16Channel, 8>("fifo-slot-16", "slots for 16 B"),
      one_channel<channels::Slot64Channel, 8>("fifo-slot-64", "slots for 64 B"),
      one_channel<channels::Slot1024Channel, 8>("fifo-slot-1024", "slots for 1024 B"),
      one_channel<channels::Slot16384Channel, 8>("fifo-slot-16384", "slots for 16384 B"),
      one_channel<channels::Slot262144Channel, 8>("fifo-slot-262144", "slots for 262144 B"),
      one_channel<channels::Slot1048576Channel, 8>("fifo-slot-1048576", "slots for 1048576 B"),
      one_channel<channels::Slot8388608Channel, 8>("fifo-slot-8388608", "slots for 8388608 B"),
      channels_in_turns<1>(),
      channels_in_turns<10>(),
      channels_in_turns<100>(),
      channels_in_turns<1000>(),
  };
}

}  // namespace bench
