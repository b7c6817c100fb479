// The producer's half of a lane: loan, publish and collect, in the order that lets a successor take over.
// Order latest: what a newer message replaces comes back at once, see dropper.hpp.
// Slots go round: each loan takes the one that came back first, so that none pays for a walk, and the next lie in the
// order in which the CPU fetches ahead. Of more than a cache holds the last used is warm: all that came back wait in a
// private list, last in first out, in which loans that were dropped, and what latest replaced, wait too.
// Must hold: a slot is in the list, loaned, in `head`, with the consumer, or in `free`: one of them [I1].
// Real time: loan and publish are wait-free; a loan of the warmest slot walks at most `capacity` links.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <sluice/detail/bell.hpp>
#include <sluice/detail/dropper.hpp>
#include <sluice/detail/index_stack.hpp>
#include <sluice/detail/journal.hpp>
#include <sluice/detail/shared_words.hpp>

namespace sluice::detail {

/// What recovery hands to a producer lane: where its predecessor stopped.
struct ProducerStart {
  std::uint64_t published = 0;
  std::uint64_t collected = 0;
  std::vector<SlotIndex> own;    // slots to loan from, the last first
  std::vector<Numbered> unread;  // order latest: what the claim leaves
};

template <class Memory>
class ProducerLane {
 public:
  ProducerLane(const LaneView& view, ProducerStart start)
      : words_(view.producer.words),
        capacity_(view.slots.capacity),
        keeps_newest_only_(view.order == Order::latest),
        reuses_warmest_(view.slots.reuse == Reuse::warmest),
        head_(words_->head, view.producer.links, capacity_, start.published),
        free_(view.consumer.words->free, view.consumer.links, capacity_, start.collected),
        journal_(view.producer.marks),
        numbers_(view.slots),
        ringer_(words_->bell, view.consumer.words->armed, view.consumer.words->sleeps),
        rejected_(words_->rejected),
        dropped_(words_->dropped),
        dropper_(view, start.unread),
        own_(std::move(start.own)) {
    own_count_ = static_cast<std::uint32_t>(own_.size());
    own_.resize(capacity_);
    if (keeps_newest_only_) drop_older();
  }

  /// A slot to fill, its number cleared; kNil when the channel is full or fault() is set.
  [[gnu::always_inline]] SlotIndex loan() noexcept {
    return own_count_ == 0 || reuses_warmest_ ? loan_collected() : take_own();
  }
  /// As so many loans; of slots that go round with one note for all. Returns how many slots there were.
  std::uint32_t loan(SlotIndex* slots, std::uint32_t wanted) noexcept {
    std::uint32_t got = 0;
    if (reuses_warmest_) {
      while (got < wanted && (slots[got] = loan_last_returned()) != kNil) ++got;
      return got;
    }
    while (got < wanted && own_count_ > 0) slots[got++] = take_own();
    return got + loan_first_returned(slots + got, wanted - got);
  }
  /// A loan that is not published goes back to the producer's own.
  void keep(SlotIndex slot) noexcept {
    // Full only where somebody else has written the marks, so that a slot in hand was collected once more.
    if (own_count_ < capacity_) own_[own_count_++] = slot;
  }

  /// Publishes one slot, which becomes the newest message. Returns its number.
  [[gnu::always_inline]] std::uint64_t publish(SlotIndex slot) noexcept {
    push(add(slot));
    journal_.mark(slot, Held::no);
    Journal<Memory>::note_published(words_->published, published());
    if (ringer_.taker_may_sleep() || keeps_newest_only_) after_publish(slot);
    return published();
  }
  /// Publishes slots in the order given; the last becomes the newest. Returns the newest's number.
  std::uint64_t publish(const SlotIndex* slots, std::uint32_t count) noexcept {
    push(add(slots, count));
    for (std::uint32_t at = 0; at < count; ++at) journal_.mark(slots[at], Held::no);
    Journal<Memory>::note_published(words_->published, published());
    after_publish(slots, count);
    return published();
  }

  /// Whether a loan would find a slot now. For whoever is about to sleep.
  bool has_slot() const noexcept { return own_count_ > 0 || free_.has_more(); }

  void count_rejected() noexcept { rejected_.increment(); }
  std::uint64_t published() const noexcept { return head_.count(); }
  Ringer<Memory>& ringer() noexcept { return ringer_; }
  const Fault& fault() const noexcept { return dropper_.fault() ? dropper_.fault() : free_.fault(); }

 private:
  [[gnu::always_inline]] StackWord add(SlotIndex slot) noexcept {
    numbers_.set(slot, published() + 1);
    return head_.add(slot);
  }
  StackWord add(const SlotIndex* slots, std::uint32_t count) noexcept {
    StackPusher<Memory> head = head_;  // whose count is then kept in a register
    StackWord last{};
    for (std::uint32_t at = 0; at < count; ++at) {
      numbers_.set(slots[at], head.count() + 1);
      last = head.add(slots[at]);
    }
    head_ = head;
    return last;
  }
  [[gnu::always_inline]] void push(StackWord last) noexcept {
    head_.push(last);
    Journal<Memory>::pushed();
  }
  [[gnu::noinline]] void after_publish(SlotIndex slot) noexcept { after_publish(&slot, 1); }
  void after_publish(const SlotIndex* slots, std::uint32_t count) noexcept {
    ringer_.after_push();
    if (!keeps_newest_only_) return;
    for (std::uint32_t at = 0; at < count; ++at) dropper_.note(published() - count + at + 1, slots[at]);
    drop_older();
  }
  void drop_older() noexcept {
    if (published() == 0) return;
    std::uint64_t count = 0;
    const bool sound = dropper_.drop_below(published(), [&](SlotIndex slot) {
      if (own_count_ == capacity_ || journal_.is_marked(slot)) return false;
      journal_.mark(slot, Held::yes);
      own_[own_count_++] = slot;
      ++count;
      return true;
    });
    if (!sound) return stop();
    if (count > 0) dropped_.add(count);
  }
  /// Has every loan find nothing from here on, so that none need look at fault() first: to a list without room.
  void stop() noexcept {
    reuses_warmest_ = true;
    own_count_ = capacity_ = 0;
  }

  [[gnu::always_inline]] SlotIndex take_own() noexcept {
    const SlotIndex slot = own_[--own_count_];
    numbers_.clear(slot);
    return slot;
  }
  /// kNil: there is no slot, or the other side wrote nonsense.
  [[gnu::always_inline]] SlotIndex loan_collected() noexcept {
    return reuses_warmest_ ? loan_last_returned() : loan_first_returned();
  }
  /// The one used last is warm, however many there are.
  [[gnu::noinline]] SlotIndex loan_last_returned() noexcept {
    const auto count = free_.take_all([this](SlotIndex slot, std::uint32_t place_in_walk) {
      const std::uint32_t at = own_count_ + place_in_walk;
      if (at >= capacity_ || !mark_own(slot)) return false;
      own_[at] = slot;
      return true;
    });
    if (!count) return kNil;
    if (*count > 0) note_collected();
    own_count_ += *count;
    return own_count_ > 0 ? take_own() : kNil;
  }
  /// One at a time: no loan pays for a walk.
  [[gnu::always_inline]] SlotIndex loan_first_returned() noexcept {
    const SlotIndex slot = collect_next(free_);
    if (slot == kNil) return kNil;
    note_collected();
    numbers_.clear(slot);
    return slot;
  }
  std::uint32_t loan_first_returned(SlotIndex* slots, std::uint32_t wanted) noexcept {
    StackTaker<Memory> free = free_;  // whose count is then kept in a register
    std::uint32_t got = 0;
    while (got < wanted && (slots[got] = collect_next(free)) != kNil) ++got;
    free_ = free;
    if (got > 0) note_collected();
    for (std::uint32_t at = 0; at < got; ++at) numbers_.clear(slots[at]);
    return got;
  }
  [[gnu::always_inline]] SlotIndex collect_next(StackTaker<Memory>& free) noexcept {
    return free.take_next([this](SlotIndex near) { numbers_.prefetch_for_write(near); },
                          [this](SlotIndex next, std::uint32_t) { return mark_own(next); });
  }
  bool mark_own(SlotIndex slot) noexcept {
    if (journal_.is_marked(slot)) return false;
    journal_.mark(slot, Held::yes);
    return true;
  }
  void note_collected() noexcept { Journal<Memory>::note_taken(words_->collected, free_.count()); }

  ProducerWords* words_;
  std::uint32_t capacity_;
  bool keeps_newest_only_;
  bool reuses_warmest_;
  StackPusher<Memory> head_;
  StackTaker<Memory> free_;
  Journal<Memory> journal_;
  SlotNumbers<Memory> numbers_;
  Ringer<Memory> ringer_;
  Counter<Memory> rejected_;
  Counter<Memory> dropped_;
  Dropper<Memory> dropper_;
  std::uint32_t own_count_ = 0;
  std::vector<SlotIndex> own_;  // [0, own_count_) are free to loan
};

}  // namespace sluice::detail
