// One channel with both its roles and the applications behind them, on memory that a forked child shares: what a
// sweep kills, restores and checks. What applications have seen is written down in the same memory, so that it
// outlives them.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <variant>
#include <vector>

#include <sluice/detail/consumer_lane.hpp>
#include <sluice/detail/producer_lane.hpp>

#include "geometry.hpp"
#include "new_lane.hpp"
#include "partition.hpp"
#include "recovery.hpp"

namespace sweep {

using namespace sluice::detail;
using sluice::Order;

enum class Role { producer, consumer };

/// What consumers' applications have seen, by number; it outlives them.
struct Record {
  static constexpr std::uint64_t kMost = 64;
  std::uint8_t handed_out[kMost];
  std::uint8_t finished[kMost];  // released, and the call has returned
  std::uint64_t last;            // number handed out last
  std::uint64_t skipped;         // a consumer has asked to begin behind this number
  bool asleep[2];                // by role: it waits on the other's bell
  std::uint32_t rung[2];         // by role: what that bell showed when it fell asleep
};

inline constexpr std::uint64_t kMessageBytes = 32;  // prefix, the number, the number turned over

/// A window without a file: lane, then record.
class SharedBytes {
 public:
  SharedBytes(std::uint32_t capacity, Order order, Reuse reuse)
      : geometry_(*lay_out_window(capacity, kMessageBytes, 1, 4096)), order_(order), reuse_(reuse) {
    bytes_ = static_cast<std::byte*>(
        mmap(nullptr, size(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0));
    make_new_lane<LiveMemory>(view());
  }
  SharedBytes(const SharedBytes&) = delete;
  SharedBytes& operator=(const SharedBytes&) = delete;
  ~SharedBytes() { munmap(bytes_, size()); }

  LaneView view() const {
    LaneView made = lane_view(geometry_, order_, bytes_);
    made.slots.reuse = reuse_;
    return made;
  }
  Record& record() const { return *reinterpret_cast<Record*>(bytes_ + geometry_.total_bytes); }
  std::size_t size() const { return geometry_.total_bytes + 4096; }

  std::vector<std::byte> snapshot() const { return {bytes_, bytes_ + size()}; }
  void restore(const std::vector<std::byte>& snapshot) { std::memcpy(bytes_, snapshot.data(), size()); }
  bool differs_from(const std::vector<std::byte>& snapshot) const {
    return std::memcmp(bytes_, snapshot.data(), size()) != 0;
  }

 private:
  Geometry geometry_;
  Order order_;
  Reuse reuse_;
  std::byte* bytes_;
};

/// Both roles as they run, in this process's private memory. Copied to begin again from the same state.
template <class Memory>
struct Roles {
  ProducerLane<Memory> producer;
  ConsumerLane<Memory> consumer;
  Sleeper<Memory> producer_sleeper;
  Sleeper<Memory> consumer_sleeper;
  std::vector<SlotIndex> loans{};
  std::vector<Taken> samples{};
};

template <class Memory>
class Stage {
 public:
  Stage(Order order, std::uint32_t capacity, Reuse reuse = Reuse::in_turn)
      : order_(order),
        capacity_(capacity),
        bytes_(std::make_shared<SharedBytes>(capacity, order, reuse)),
        roles_{ProducerLane<Memory>(view(), std::get<ProducerStart>(recover_producer<Memory>(view()))),
               ConsumerLane<Memory>(view(), std::get<ConsumerStart>(recover_consumer<Memory>(view()))),
               sleeper_of(Role::producer), sleeper_of(Role::consumer)} {}

  Order order() const { return order_; }
  std::uint32_t capacity() const { return capacity_; }
  LaneView view() const { return bytes_->view(); }
  SharedBytes& bytes() const { return *bytes_; }
  Roles<Memory>& roles() { return roles_; }
  const std::vector<std::string>& violations() const { return violations_; }

  // What the producer's application does.
  void loan(std::uint32_t count) {
    for (std::uint32_t at = 0; at < count; ++at) {
      const SlotIndex slot = roles_.producer.loan();
      if (slot == kNil) return;
      roles_.loans.push_back(slot);
    }
  }
  void loan_at_once(std::uint32_t count) {
    std::vector<SlotIndex> slots(count, kNil);
    slots.resize(roles_.producer.loan(slots.data(), count));
    roles_.loans.insert(roles_.loans.end(), slots.begin(), slots.end());
  }
  void publish(std::uint32_t count) {
    count = std::min(count, static_cast<std::uint32_t>(roles_.loans.size()));
    if (count == 0) return;
    for (std::uint32_t at = 0; at < count; ++at) fill(roles_.loans[at], roles_.producer.published() + at + 1);
    roles_.producer.publish(roles_.loans.data(), count);
    roles_.loans.erase(roles_.loans.begin(), roles_.loans.begin() + count);
  }
  void loan_and_publish(std::uint32_t count) {
    loan(count);
    publish(count);
  }

  /// Order latest: from here on the consumer is faster at each attempt of the producer to drop old messages.
  void let_producer_lose_each_drop() {
    LaneView blind = view();
    blind.order = Order::fifo;
    roles_.loans.clear();
    roles_.producer = ProducerLane<Memory>(blind, std::get<ProducerStart>(recover_producer<Memory>(blind)));
  }

  // What the consumer's application does.
  bool take() {
    const Taken taken = roles_.consumer.take();
    if (taken.slot == kNil) return false;
    witness(taken);
    roles_.samples.push_back(taken);
    return true;
  }
  void release(std::size_t at = 0) {
    if (at >= roles_.samples.size()) return;
    const Taken sample = roles_.samples[at];
    roles_.consumer.release(sample.slot);
    bytes_->record().finished[sample.number] = 1;
    roles_.samples.erase(roles_.samples.begin() + static_cast<std::ptrdiff_t>(at));
  }

  /// A consumer that wants nothing of what is there.
  void skip_unread() {
    // By the word: a producer that was killed may have published more than it noted.
    bytes_->record().skipped = static_cast<std::uint64_t>(StackWord{view().producer.words->head.load()}.tag());
    roles_.consumer.skip_unread();
  }

  // What each role does around a futex.
  void fall_asleep(Role role) {
    Sleeper<Memory>& sleeper = role == Role::producer ? roles_.producer_sleeper : roles_.consumer_sleeper;
    sleeper.announce();
    sleeper.arm();
    bytes_->record().asleep[place_of(role)] = true;
    bytes_->record().rung[place_of(role)] = bell_of(other(role)).load();
  }
  void wake_up(Role role) {
    bytes_->record().asleep[place_of(role)] = false;
    (role == Role::producer ? roles_.producer_sleeper : roles_.consumer_sleeper).disarm();
  }

  /// The role's process is gone; another one takes over, as the endpoints' constructors do it.
  void succeed(Role role) {
    if (const Fault fault = Partition<Memory>(view()).check()) return refuse(fault);  // as who is alone does
    if (role == Role::producer) {
      auto start = recover_producer<Memory>(view());
      if (auto* const fault = std::get_if<Fault>(&start)) return refuse(*fault);
      roles_.loans.clear();
      roles_.producer = ProducerLane<Memory>(view(), std::get<ProducerStart>(std::move(start)));
      begin_awake(role, roles_.producer_sleeper, roles_.producer.ringer());
    } else {
      delivered_before_ = view().consumer.words->delivered.load();
      auto start = recover_consumer<Memory>(view());
      if (auto* const fault = std::get_if<Fault>(&start)) return refuse(*fault);
      roles_.samples.clear();
      roles_.consumer = ConsumerLane<Memory>(view(), std::get<ConsumerStart>(start));
      begin_awake(role, roles_.consumer_sleeper, roles_.consumer.ringer());
    }
  }

  /// Runs the channel empty and looks whether all is as promised: [I1], order, nothing lost, torn, or repeated
  /// unmarked.
  void finish() {
    check_partition();
    check_nobody_sleeps_on();
    take_some();
    const std::uint64_t before = roles_.producer.published();
    check_all_came(before);
    loan_and_publish(1);
    take_some();
    loan_and_publish(2);
    take_some();
    check_partition();
    while (!roles_.samples.empty()) release();
    const std::uint64_t published = roles_.producer.published();
    if (published != before + 3) violate("a producer found no slot for 3 more messages");
    check_all_came(published);
    roles_.consumer.give_back();
    for (const SlotIndex slot : roles_.loans) roles_.producer.keep(slot);
    roles_.loans.clear();
    loan(capacity_ + 1);
    if (roles_.loans.size() != capacity_) violate("a slot leaked: " + std::to_string(roles_.loans.size()) + " left");
    if (roles_.producer.fault()) refuse(roles_.producer.fault());
    if (roles_.consumer.fault()) refuse(roles_.consumer.fault());
  }

 private:
  static Role other(Role role) { return role == Role::producer ? Role::consumer : Role::producer; }
  static std::size_t place_of(Role role) { return role == Role::producer ? 0 : 1; }
  HalfWord& bell_of(Role role) const {
    return role == Role::producer ? view().producer.words->bell : view().consumer.words->bell;
  }
  Sleeper<Memory> sleeper_of(Role role) const {
    const auto made = [&](auto& words) { return Sleeper<Memory>(words.armed, words.sleeps, bell_of(other(role))); };
    return role == Role::producer ? made(*view().producer.words) : made(*view().consumer.words);
  }
  void begin_awake(Role role, Sleeper<Memory>& sleeper, Ringer<Memory>& ringer) {
    sleeper = sleeper_of(role);
    sleeper.start_anew();
    ringer.ring();
    bytes_->record().asleep[place_of(role)] = false;
  }

  // Who waits on a bell that was not rung since must have nothing to wait for.
  void check_nobody_sleeps_on() {
    const auto sleeps_on = [&](Role role) {
      const std::size_t at = place_of(role);
      return bytes_->record().asleep[at] && bytes_->record().rung[at] == bell_of(other(role)).load();
    };
    if (sleeps_on(Role::consumer) && roles_.consumer.has_message()) violate("the consumer sleeps beside a message");
    if (sleeps_on(Role::producer) && roles_.producer.has_slot()) violate("the producer sleeps beside a free slot");
  }

  std::uint64_t* payload(SlotIndex slot) const {
    return reinterpret_cast<std::uint64_t*>(view().slots.base + place(slot) * view().slots.stride_bytes + 16);
  }
  void fill(SlotIndex slot, std::uint64_t number) const {
    payload(slot)[0] = number;
    payload(slot)[1] = ~number;
  }

  void take_some() {
    while (take()) {
      if (roles_.samples.size() > 2) release();
    }
  }

  void witness(const Taken& taken) {
    Record& record = bytes_->record();
    const std::uint64_t number = taken.number;
    if (number == 0 || number >= Record::kMost) return violate("message " + std::to_string(number) + " cannot be");
    const std::string name = "message " + std::to_string(number);
    if (payload(taken.slot)[0] != number || payload(taken.slot)[1] != ~number) violate(name + " is torn");
    if (record.finished[number] != 0) violate(name + " came again after it was released");
    if (record.handed_out[number] != 0 && !taken.redelivered) violate(name + " came again unmarked");
    if (taken.redelivered && number > delivered_before_) violate(name + " is marked, but nobody can have had it");
    if (!taken.redelivered && order_ != Order::lifo && number <= record.last) violate(name + " came out of order");
    if (order_ == Order::latest && number < record.last) violate(name + " is older than the one before");
    record.handed_out[number] = 1;
    record.last = number;
  }

  void check_all_came(std::uint64_t published) {
    const Record& record = bytes_->record();
    const std::uint64_t first = order_ == Order::latest ? published : 1;
    for (std::uint64_t number = std::max(first, record.skipped + 1); number <= published; ++number) {
      if (record.handed_out[number] == 0) violate("message " + std::to_string(number) + " is lost");
    }
  }

  /// Whether each slot is in exactly one of {free, head, the producer's, the consumer's} [I1].
  void check_partition() {
    std::vector<int> homes(capacity_, 0);
    const LaneView lane = view();
    const auto walk = [&](const Word& word, const Link* links, std::uint64_t taken) {
      const StackWord top{word.load()};
      const std::uint64_t pushes = top.pushes_since(tag_of(taken));
      if (pushes > capacity_) return violate("a word is " + std::to_string(pushes) + " pushes ahead");
      for (std::uint64_t at = 1; at <= pushes; ++at) {
        const std::uint32_t slot = links[link_place(tag_of(taken + at), link_count(capacity_))].load();
        if (slot >= capacity_) return violate("a link leads nowhere");
        ++homes[slot];
        if (at == pushes && place(top.top()) != slot) violate("a word and its link differ");
      }
    };
    const ConsumerWords& consumer = *lane.consumer.words;
    walk(lane.producer.words->head, lane.producer.links,
         order_ == Order::latest ? ClaimWord{consumer.shared_claim.load()}.number() : consumer.claim.load());
    walk(consumer.finished, lane.consumer.links, lane.producer.words->collected.load());  // on top of what is in `free`
    for (std::uint32_t slot = 0; slot < capacity_; ++slot) {
      homes[slot] += lane.producer.marks[slot].load() != 0 ? 1 : 0;
      homes[slot] += lane.consumer.marks[slot].load() != 0 ? 1 : 0;
      if (homes[slot] != 1)
        violate("slot " + std::to_string(slot) + " is in " + std::to_string(homes[slot]) + " places");
    }
  }

  void refuse(const Fault& fault) { violate(std::string("the window is refused: ") + fault.word); }
  void violate(const std::string& what) { violations_.push_back(what); }

  Order order_;
  std::uint32_t capacity_;
  std::shared_ptr<SharedBytes> bytes_;
  Roles<Memory> roles_;
  std::uint64_t delivered_before_ = 0;  // by the consumers before this one
  std::vector<std::string> violations_;
};

}  // namespace sweep
