// The producer's half of a lane: loan, publish and collect, in the order that lets a successor take over.
// Order latest: what a newer message replaces comes back at once, see dropper.hpp.
// Slots that are the producer's wait in a private list, last in first out: the one used last is warm.
// Must hold: a slot is in the list, loaned, in `head`, with the consumer, or in `free`: one of them [I1].
// Real time: loan and publish are wait-free; collect walks at most `capacity` links.
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
        collects_eagerly_(view.slots.stride_bytes >= kLargeSlotBytes),
        head_(words_->head, view.producer.links),
        free_(view.consumer.words->free, view.consumer.links, capacity_, tag_of(start.collected)),
        journal_(words_->intent, view.producer.marks),
        numbers_(view.slots),
        ringer_(words_->bell, view.consumer.words->armed, view.consumer.words->sleeps),
        published_(start.published),
        collected_(start.collected),
        rejected_(words_->rejected),
        dropped_(words_->dropped),
        dropper_(view, start.unread),
        own_(std::move(start.own)),
        is_own_(capacity_, false) {
    own_count_ = static_cast<std::uint32_t>(own_.size());
    own_.resize(capacity_);
    for (std::uint32_t at = 0; at < own_count_; ++at) is_own_[place(own_[at])] = true;
    if (keeps_newest_only_) drop_older();
  }

  /// A slot to fill, its number cleared; kNil when the channel is full or fault() is set.
  SlotIndex loan() noexcept {
    if ((own_count_ == 0 || collects_eagerly_) && !collect()) return kNil;
    if (own_count_ == 0) return kNil;
    const SlotIndex slot = own_[--own_count_];
    numbers_.clear(slot);
    return slot;
  }
  /// A loan that is not published goes back to the producer's own.
  void keep(SlotIndex slot) noexcept { own_[own_count_++] = slot; }

  /// Publishes slots in the order given; the last becomes the newest. Returns the newest's number.
  std::uint64_t publish(const SlotIndex* slots, std::uint32_t count) noexcept {
    for (std::uint32_t at = 0; at < count; ++at) {
      numbers_.set(slots[at], published_ + at + 1);
      journal_.mark(slots[at], Held::in_chain);
    }
    journal_.intend(head_.tag_after(count));
    for (std::uint32_t at = 1; at < count; ++at) head_.link(slots[at], slots[at - 1]);
    for (std::uint32_t at = 0; at < count; ++at) is_own_[place(slots[at])] = false;
    head_.push(slots[0], slots[count - 1], count);
    journal_.pushed();
    for (std::uint32_t at = 0; at < count; ++at) journal_.mark(slots[at], Held::no);
    published_ += count;
    Journal<Memory>::note_published(words_->published, published_);
    journal_.settle();
    ringer_.after_push();
    if (keeps_newest_only_) {
      for (std::uint32_t at = 0; at < count; ++at) dropper_.note(published_ - count + at + 1, slots[at]);
      drop_older();
    }
    return published_;
  }

  /// Whether a loan would find a slot now. For whoever is about to sleep.
  bool has_slot() const noexcept { return own_count_ > 0 || free_.has_more(); }

  void count_rejected() noexcept { rejected_.increment(); }
  std::uint64_t published() const noexcept { return published_; }
  Ringer<Memory>& ringer() noexcept { return ringer_; }
  const Fault& fault() const noexcept { return dropper_.fault() ? dropper_.fault() : free_.fault(); }

 private:
  void drop_older() noexcept {
    if (published_ == 0) return;
    std::uint64_t count = 0;
    const bool sound = dropper_.drop_below(published_, [&](SlotIndex slot) {
      if (own_count_ == capacity_ || is_own_[place(slot)]) return false;
      is_own_[place(slot)] = true;
      journal_.mark(slot, Held::yes);
      own_[own_count_++] = slot;
      ++count;
      return true;
    });
    if (sound && count > 0) dropped_.add(count);
  }

  /// False: the other side wrote nonsense.
  [[nodiscard]] bool collect() noexcept {
    const auto count = free_.take_all([this](SlotIndex slot, std::uint32_t place_in_walk) {
      const std::uint32_t at = own_count_ + place_in_walk;
      if (at >= capacity_ || is_own_[place(slot)]) return false;
      is_own_[place(slot)] = true;
      journal_.mark(slot, Held::yes);
      own_[at] = slot;
      return true;
    });
    if (!count || *count == 0) return count.has_value();
    own_count_ += *count;
    collected_ += *count;
    Journal<Memory>::note_taken(words_->collected, collected_);
    return true;
  }

  ProducerWords* words_;
  std::uint32_t capacity_;
  bool keeps_newest_only_;
  bool collects_eagerly_;
  StackPusher<Memory> head_;
  StackTaker<Memory> free_;
  Journal<Memory> journal_;
  SlotNumbers<Memory> numbers_;
  Ringer<Memory> ringer_;
  std::uint64_t published_;
  std::uint64_t collected_;
  Counter<Memory> rejected_;
  Counter<Memory> dropped_;
  Dropper<Memory> dropper_;
  std::uint32_t own_count_ = 0;
  std::vector<SlotIndex> own_;         // [0, own_count_) are free to loan
  std::vector<unsigned char> is_own_;  // per slot: loaned or in own_; what the window says is checked against it
};

}  // namespace sluice::detail
