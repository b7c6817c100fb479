// store_log ORDER SLOTS MESSAGES KILL_P KILL_P_AGAIN KILL_C KILL_C_AGAIN: runs the runtime's lanes through the scenario
// that the models play under -DTRACE, and prints each store to the window in the models' words. Behind its store number
// KILL_... a role is dead: none of its stores takes effect any more, and its successor recovers.
// test_models_follow_the_code.py compares.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "heap_lane.hpp"

using namespace sluice::detail;
using sluice::Order;

namespace {

/// What a role stores, how much of it, and when it dies.
class Life {
 public:
  Life(char letter, long first_death, long second_death) : letter_(letter), deaths_{first_death, second_death} {}

  bool is_dead() const { return is_dead_; }
  void succeed() { is_dead_ = false; }
  void stored(const std::string& text) {
    std::printf("%c %s\n", letter_, text.c_str());
    ++stores_;
    is_dead_ = stores_ == deaths_[0] || stores_ == deaths_[1];
    if (is_dead_) std::printf("%c dies\n", letter_);
  }

 private:
  char letter_;
  long deaths_[2];
  long stores_ = 0;
  bool is_dead_ = false;
};

/// The scenario of one run: lives are ended by number of store, so there is one of everything.
struct Scene {
  HeapLane* lane = nullptr;
  Life* acting = nullptr;

  static inline Scene* current = nullptr;
};

std::string push_of(std::uint64_t tag) { return "push " + std::to_string(tag); }

std::string claim_of(std::uint64_t bits) {
  const ClaimWord claim{bits};
  return std::to_string(claim.number()) + " " + (claim.shows(ClaimWord::kProducerBit) ? "1" : "0") +
         (claim.shows(ClaimWord::kConsumerBit) ? "1" : "0");
}

/// Empty if the word is no part of what the claim intent says.
std::string claim_intent_of(const char* what, const ClaimIntent& intent, const void* word, std::uint64_t value) {
  const auto number = std::to_string(value);
  if (word == &intent.from) return std::string(what) + " from=" + number;
  if (word == &intent.to) return std::string(what) + " to=" + number;
  if (word != &intent.bit) return {};
  return std::string(what) + " intent=" + (value == 0 ? "0" : "bit " + std::to_string(value & 1));
}

template <class T>
bool is_within(const void* word, const T* first, std::uint64_t count) {
  return word >= first && word < first + count;
}

template <class Words>
std::string mark_or_link(const Part<Words>& part, std::uint32_t capacity, const void* word, std::uint64_t value) {
  if (is_within(word, part.links, link_count(capacity))) return "link";
  if (!is_within(word, part.marks, capacity)) return {};
  const auto slot = static_cast<const Mark*>(word) - part.marks;
  return "mark " + std::to_string(slot) + "=" + std::to_string(value);
}

std::string producers_store(const LaneView& view, const void* word, std::uint64_t value) {
  const ProducerWords& words = *view.producer.words;
  if (word == &words.head) return "head=" + push_of(value >> 20);
  if (word == &words.published) return "published=" + std::to_string(value);
  if (word == &words.collected) return "collected=" + std::to_string(value);
  const std::string drop = claim_intent_of("drop", words.drop, word, value);
  return drop.empty() ? mark_or_link(view.producer, view.slots.capacity, word, value) : drop;
}

std::string consumers_store(const LaneView& view, const void* word, std::uint64_t value) {
  const ConsumerWords& words = *view.consumer.words;
  if (word == &words.free) return "free=" + push_of(value >> 20);
  if (word == &words.finished) return "finished=" + push_of(value >> 20);
  if (word == &words.claim) return "claim=" + std::to_string(value);
  if (word == &words.delivered) return "delivered=" + std::to_string(value);
  const std::string taking = claim_intent_of("taking", words.taking, word, value);
  return taking.empty() ? mark_or_link(view.consumer, view.slots.capacity, word, value) : taking;
}

/// What the store is called in the models. Empty: a count for people, which they leave out.
std::string name_of(const LaneView& view, const void* word, std::uint64_t value) {
  if (word == &view.consumer.words->shared_claim) return "shared_claim=" + claim_of(value);
  const auto* at = static_cast<const std::byte*>(word);
  const std::size_t slot_bytes = view.slots.capacity * view.slots.stride_bytes;
  if (at >= view.slots.base && at < view.slots.base + slot_bytes) return "number=" + std::to_string(value);
  const std::string name = producers_store(view, word, value);
  return name.empty() ? consumers_store(view, word, value) : name;
}

/// A dead role's stores reach nothing.
struct MortalMemory {
  template <class T>
  static T load(const std::atomic<T>& word, std::memory_order order) noexcept {
    return word.load(order);
  }
  template <class T>
  static void store(std::atomic<T>& word, T value, std::memory_order order) noexcept {
    if (Scene::current->acting->is_dead()) return;
    word.store(value, order);
    tell(&word, value);
  }
  template <class T>
  static bool compare_exchange(std::atomic<T>& word, T expected, T desired, std::memory_order order) noexcept {
    if (Scene::current->acting->is_dead()) return false;
    const bool moved = word.compare_exchange_strong(expected, desired, order, std::memory_order_relaxed);
    if (moved) tell(&word, desired);
    return moved;
  }

 private:
  static void tell(const void* word, std::uint64_t value) {
    const std::string name = name_of(Scene::current->lane->view(), word, value);
    if (!name.empty()) Scene::current->acting->stored(name);
  }
};

[[noreturn]] void fail(const char* what, const Fault& fault) {
  std::printf("%s: %s %llu\n", what, fault.word, static_cast<unsigned long long>(fault.value));
  std::exit(1);
}

template <class Start>
Start checked(std::variant<Start, Fault> recovered) {
  if (const Fault* fault = std::get_if<Fault>(&recovered)) fail("recovery", *fault);
  return std::get<Start>(std::move(recovered));
}

/// One role and its successors: whoever died is replaced as soon as it is looked at.
class Producer {
 public:
  Producer(HeapLane& lane, Life& life) : lane_(lane), life_(life) {}

  ProducerLane<MortalMemory>& alive() {
    Scene::current->acting = &life_;
    while (!role_ || life_.is_dead()) {
      life_.succeed();
      const LaneView view = lane_.view();
      auto start = recover_producer<MortalMemory>(view);
      role_.reset();
      if (!life_.is_dead()) role_.emplace(view, checked(std::move(start)));
    }
    return *role_;
  }
  bool died() const { return life_.is_dead(); }

 private:
  HeapLane& lane_;
  Life& life_;
  std::optional<ProducerLane<MortalMemory>> role_;
};

class Consumer {
 public:
  static constexpr std::size_t kKeep = 2;

  Consumer(HeapLane& lane, Life& life) : lane_(lane), life_(life) {}

  /// Takes and gives back all there is, holding up to kKeep samples; the oldest goes first.
  void have_a_turn() {
    for (;;) {
      ConsumerLane<MortalMemory>& role = alive();
      if (kept_.size() < kKeep) {
        const Taken taken = role.take();
        if (life_.is_dead()) continue;
        if (role.fault()) fail("take", role.fault());
        if (taken.slot != kNil) {
          kept_.push_back(taken.slot);
          continue;
        }
      }
      if (kept_.empty()) return;
      const SlotIndex first = kept_.front();
      kept_.front() = kept_.back();
      kept_.pop_back();
      role.release(first);
    }
  }

 private:
  ConsumerLane<MortalMemory>& alive() {
    Scene::current->acting = &life_;
    while (!role_ || life_.is_dead()) {
      life_.succeed();
      kept_.clear();
      const LaneView view = lane_.view();
      auto start = recover_consumer<MortalMemory>(view);
      role_.reset();
      if (!life_.is_dead()) role_.emplace(view, checked(std::move(start)));
    }
    return *role_;
  }

  HeapLane& lane_;
  Life& life_;
  std::optional<ConsumerLane<MortalMemory>> role_;
  std::vector<SlotIndex> kept_;
};

/// Fifo and lifo: batches of two as long as there are slots, then the consumer's turn.
void publish_until_full(Producer& producer, Consumer& consumer, std::uint64_t messages) {
  const auto published = [&] { return producer.alive().published(); };
  while (published() < messages) {
    std::vector<SlotIndex> batch;
    while (batch.size() < 2 && published() + batch.size() < messages) {
      const SlotIndex slot = producer.alive().loan();
      if (producer.died()) {
        batch.clear();
        continue;
      }
      if (slot != kNil) {
        batch.push_back(slot);
      } else if (batch.empty()) {
        consumer.have_a_turn();
      } else {
        break;
      }
    }
    if (!batch.empty()) producer.alive().publish(batch.data(), static_cast<std::uint32_t>(batch.size()));
  }
}

/// Latest: the consumer's turn comes behind every second message.
void publish_in_turns(Producer& producer, Consumer& consumer, std::uint64_t messages) {
  std::uint64_t turn_given_at = 0;
  while (producer.alive().published() < messages) {
    const std::uint64_t published = producer.alive().published();
    if (published % 2 == 0 && published != turn_given_at) {
      turn_given_at = published;
      consumer.have_a_turn();
    }
    const SlotIndex slot = producer.alive().loan();
    if (!producer.died()) producer.alive().publish(&slot, 1);
  }
}

Order order_named(std::string_view name) {
  return name == "latest" ? Order::latest : name == "lifo" ? Order::lifo : Order::fifo;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 8) return 2;
  const auto number = [&](int at) { return std::atol(arguments[at]); };
  const Order order = order_named(arguments[1]);
  HeapLane lane(static_cast<std::uint32_t>(number(2)), order);
  const auto messages = static_cast<std::uint64_t>(number(3));
  Life producing('P', number(4), number(5));
  Life consuming('C', number(6), number(7));
  Scene scene{&lane, &producing};
  Scene::current = &scene;
  Producer producer(lane, producing);
  Consumer consumer(lane, consuming);

  if (order == Order::latest) {
    publish_in_turns(producer, consumer, messages);
  } else {
    publish_until_full(producer, consumer, messages);
  }
  producer.alive();
  consumer.have_a_turn();
}
