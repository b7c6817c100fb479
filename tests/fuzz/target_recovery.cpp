// Recovery of what dead roles left, scribbled on or not: some operations of both roles, each of which may die at any of
// its stores, then changes to any words, then recovery of both roles, which may die at its stores too.
// Promised: recovery ends, in a fault or in lanes that work; no access leaves the lane's words. Without scribbles there
// is no fault. Where the partition was whole, each slot has one home in the end, and each is handed out.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "heap_lane.hpp"
#include "input.hpp"
#include "lies.hpp"
#include "partition.hpp"
#include "target.hpp"
#include "watch.hpp"

namespace sluice::fuzz {

namespace {

using namespace sluice::detail;

constexpr std::uint64_t kForEver = ~std::uint64_t{0};

/// From its death on a role's stores go nowhere: what is in memory is a prefix of its program.
struct MortalMemory {
  static inline std::optional<Watch> watch{};
  static inline std::uint64_t stores_left = kForEver;

  template <class T>
  static T load(const std::atomic<T>& word, std::memory_order order) noexcept {
    watch->look(&word);
    return word.load(order);
  }
  template <class T>
  static void store(std::atomic<T>& word, T value, std::memory_order order) noexcept {
    watch->look(&word);
    if (lives()) word.store(value, order);
  }
  template <class T>
  static bool compare_exchange(std::atomic<T>& word, T expected, T desired, std::memory_order order) noexcept {
    watch->look(&word);
    return lives() && word.compare_exchange_strong(expected, desired, order, std::memory_order_relaxed);
  }
  static bool is_dead() noexcept { return stores_left == 0; }

 private:
  static bool lives() noexcept {
    if (stores_left == 0) return false;
    if (stores_left != kForEver) --stores_left;
    return stores_left > 0;
  }
};

std::string as_word(std::string text) {
  std::replace(text.begin(), text.end(), ' ', '_');
  return text;
}

class Channel {
 public:
  Channel(std::uint32_t capacity, Order order, Input& input) : lane_(capacity, order), order_(order), input_(input) {
    MortalMemory::watch.emplace(lane_.view());
  }

  /// Both roles work, die, and are succeeded beside a live peer or when both are dead.
  void live() {
    recover_both();
    for (int left = 120; left > 0 && !input_.is_used_up(); --left) {
      const std::uint32_t what = input_.below(12);
      if (what == 11) {
        if (producer_ && consumer_) return;  // both die between operations
        succeed();
        continue;
      }
      // Most operations live; of the others the byte says at which store they die.
      const std::uint8_t death = input_.next<std::uint8_t>();
      begin(death < 40 ? death + 1U : kForEver);
      if (what < 5 && producer_) produce(what);
      if (what >= 5 && consumer_) consume(what);
      if (MortalMemory::is_dead()) what < 5 ? producer_.reset() : consumer_.reset();
      if (!consumer_) samples_.clear();
    }
  }

  /// Changes words, as a wild pointer does. How many.
  std::uint32_t scribble() {
    const std::uint32_t count = input_.below(6);
    for (std::uint32_t at = 0; at < count; ++at) change_a_word();
    return count;
  }

  std::string recover(bool is_sound) {
    producer_.reset();
    consumer_.reset();
    begin(kForEver);
    const Fault fault = Partition<MortalMemory>(lane_.view()).check();
    demand(!is_sound || !fault, "what a death leaves is a whole partition");
    const bool is_whole = !fault;
    for (std::uint32_t deaths = input_.below(3); deaths > 0; --deaths) die_in_recovery();
    begin(kForEver);
    const std::string said = recover_both();
    demand(!is_sound || said == "recovered", "what a death leaves can be recovered");
    if (said != "recovered") return said;
    if (is_whole) demand_one_home();
    go_on(is_whole);
    return is_whole ? "recovered" : as_word(std::string("partition ") + fault.word);
  }

 private:
  void begin(std::uint64_t stores) {
    MortalMemory::stores_left = stores;
    MortalMemory::watch->begin(20 * MortalMemory::watch->most_accesses());
  }

  void succeed() {
    begin(kForEver);
    const bool fails = (!producer_ && recover_a_producer()) || (!consumer_ && recover_a_consumer());
    demand(!fails, "what a death leaves can be recovered beside a live peer");
  }
  std::string recover_both() {
    begin(kForEver);
    const bool producer_first = input_.below(2) == 0;
    for (const bool of_producer : {producer_first, !producer_first}) {
      const Fault fault = of_producer ? recover_a_producer() : recover_a_consumer();
      if (fault) return as_word(std::string(of_producer ? "producer " : "consumer ") + fault.word);
    }
    return "recovered";
  }
  Fault recover_a_producer() {
    auto start = recover_producer<MortalMemory>(lane_.view());
    if (const auto* const fault = std::get_if<Fault>(&start)) return *fault;
    check(std::get<ProducerStart>(start));
    producer_.emplace(lane_.view(), std::get<ProducerStart>(std::move(start)));
    return producer_->fault();
  }
  Fault recover_a_consumer() {
    auto start = recover_consumer<MortalMemory>(lane_.view());
    if (const auto* const fault = std::get_if<Fault>(&start)) return *fault;
    check(std::get<ConsumerStart>(start));
    consumer_.emplace(lane_.view(), std::get<ConsumerStart>(start));
    return consumer_->fault();
  }
  void die_in_recovery() {
    begin(1 + input_.next<std::uint8_t>() % 60);
    input_.below(2) == 0 ? (void)recover_a_producer() : (void)recover_a_consumer();
    producer_.reset();
    consumer_.reset();
  }

  void check_distinct(std::vector<SlotIndex> slots) const {
    std::sort(slots.begin(), slots.end());
    demand(std::adjacent_find(slots.begin(), slots.end()) == slots.end(), "recovery finds no slot twice");
    demand(slots.empty() || place(slots.back()) < lane_.capacity(), "recovery finds slots of the pool");
  }
  void check(const ProducerStart& start) const {
    check_distinct(start.own);
    std::vector<SlotIndex> unread;
    for (const Numbered& message : start.unread) unread.push_back(message.slot);
    check_distinct(unread);
  }
  void check(const ConsumerStart& start) const {
    std::vector<SlotIndex> slots = start.outdated;
    for (const Numbered& message : start.held) slots.push_back(message.slot);
    check_distinct(slots);
    const auto in_order = [](const Numbered& one, const Numbered& other) { return one.number < other.number; };
    demand(std::is_sorted(start.held.begin(), start.held.end(), in_order), "held messages come in order");
  }

  void produce(std::uint32_t what) {
    if (what <= 2) {
      const SlotIndex slot = producer_->loan();
      if (slot == kNil) return;
      demand(place(slot) < lane_.capacity(), "a loan is a slot of the pool");
      what == 2 ? producer_->keep(slot) : (void)producer_->publish(slot);
      return;
    }
    std::vector<SlotIndex> batch(1 + input_.below(lane_.capacity()), kNil);
    batch.resize(producer_->loan(batch.data(), static_cast<std::uint32_t>(batch.size())));
    if (!batch.empty()) producer_->publish(batch.data(), static_cast<std::uint32_t>(batch.size()));
  }
  void consume(std::uint32_t what) {
    if (what <= 7) {
      const Taken taken = consumer_->take();
      if (taken.slot == kNil) return;
      demand(place(taken.slot) < lane_.capacity(), "a message is in a slot of the pool");
      samples_.push_back(taken.slot);
    } else if (what <= 9) {
      if (samples_.empty()) return;
      const auto chosen = samples_.begin() + input_.below(256) % samples_.size();
      consumer_->release(*chosen);
      samples_.erase(chosen);
    } else {
      consumer_->skip_unread();
    }
  }

  void change_a_word() {
    const LaneView view = lane_.view();
    ProducerWords& producer = *view.producer.words;
    ConsumerWords& consumer = *view.consumer.words;
    const std::uint32_t at = input_.below(lane_.capacity());
    const std::uint64_t link = input_.below(static_cast<std::uint32_t>(link_count(lane_.capacity())));
    auto& number = *reinterpret_cast<Word*>(view.slots.base + at * view.slots.stride_bytes + 8);
    Word* const words[] = {
        &producer.head,       &producer.published,   &producer.collected, &producer.drop.bit,     &producer.drop.from,
        &producer.drop.to,    &consumer.free,        &consumer.finished,  &consumer.claim,        &consumer.delivered,
        &consumer.taking.bit, &consumer.taking.from, &consumer.taking.to, &consumer.shared_claim, &number};
    constexpr std::uint32_t word_count = sizeof words / sizeof words[0];
    const std::uint32_t which = input_.below(word_count + 4);
    if (which < word_count) return change(*words[which]);
    if (which == word_count) return change(view.producer.links[link]);
    if (which == word_count + 1) return change(view.consumer.links[link]);
    change(which == word_count + 2 ? view.producer.marks[at] : view.consumer.marks[at]);
  }
  template <class T>
  void change(std::atomic<T>& word) {
    word.store(changed(word.load(), input_));
  }

  void demand_one_home() const {
    const std::vector<int> homes = lane_.homes();
    const bool one_each = std::all_of(homes.begin(), homes.end(), [](int count) { return count == 1; });
    demand(one_each, "of a whole partition each slot has one home once both roles are recovered");
  }

  // Three rounds over the pool, the consumer slower than the producer at times.
  void go_on(bool is_whole) {
    samples_.clear();
    std::vector<bool> seen(lane_.capacity());
    for (std::uint32_t round = 0; round < 4 * lane_.capacity(); ++round) {
      begin(kForEver);
      const SlotIndex slot = producer_->loan();
      if (slot != kNil) {
        demand(place(slot) < lane_.capacity(), "a loan is a slot of the pool");
        seen[place(slot)] = true;
        producer_->publish(slot);
      }
      const Taken taken = consumer_->take();
      if (taken.slot == kNil) continue;
      demand(place(taken.slot) < lane_.capacity(), "a message is in a slot of the pool");
      consumer_->release(taken.slot);
    }
    if (!is_whole) return;
    demand(!producer_->fault() && !consumer_->fault(), "of a whole partition nothing is found wrong later");
    demand_one_home();
    if (order_ == Order::fifo) {
      demand(std::find(seen.begin(), seen.end(), false) == seen.end(), "each slot is loaned again");
    }
  }

  HeapLane lane_;
  Order order_;
  Input& input_;
  std::optional<ProducerLane<MortalMemory>> producer_;
  std::optional<ConsumerLane<MortalMemory>> consumer_;
  std::vector<SlotIndex> samples_;
};

}  // namespace

std::string run_target(const std::uint8_t* bytes, std::size_t size) {
  Input input(bytes, size);
  const auto order = static_cast<Order>(input.below(3));
  const std::uint32_t capacity = 1 + input.below(9);
  Channel channel(capacity, order, input);
  channel.live();
  const bool is_sound = channel.scribble() == 0;
  return channel.recover(is_sound);
}

}  // namespace sluice::fuzz
