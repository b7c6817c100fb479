// The consumer's half of a lane: take, release and give back, in the order that lets a successor take over.
// A take brings in all that is unread with one load; the messages then wait in a private list, oldest first.
// Finished slots go back in chains: a push for each would cost the producer a cache miss a message.
// Must hold: `delivered` is stored before the message is handed out [I7]; nothing finished stays here while
// nothing is left to deliver (a consumer that turns to another channel would strand the producer).
// Real time: take and release are wait-free; a walk is at most `capacity` links.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <sluice/detail/bell.hpp>
#include <sluice/detail/index_stack.hpp>
#include <sluice/detail/journal.hpp>
#include <sluice/detail/shared_words.hpp>

namespace sluice::detail {

/// What recovery hands to a consumer lane: what its predecessor had taken and not finished.
struct ConsumerStart {
  std::uint64_t claim = 0;
  std::uint64_t delivered = 0;
  std::vector<SlotIndex> held;      // to deliver, oldest first
  std::vector<SlotIndex> finished;  // to give back
};

/// A message in the application's hands.
struct Taken {
  SlotIndex slot = kNil;  // kNil: there was none
  std::uint64_t number = 0;
  bool redelivered = false;
};

template <class Memory>
class ConsumerLane {
 public:
  ConsumerLane(const LaneView& view, ConsumerStart start)
      : words_(view.consumer.words),
        capacity_(view.slots.capacity),
        chain_limit_(view.slots.stride_bytes >= kLargeSlotBytes ? 1 : std::max(1U, capacity_ / 4)),
        head_(view.producer.words->head, view.producer.links, capacity_, tag_of(start.claim)),
        free_(words_->free, view.consumer.links),
        journal_(words_->intent, view.consumer.marks),
        numbers_(view.slots),
        ringer_(words_->bell, view.producer.words->armed, view.producer.words->sleeps),
        claim_(start.claim),
        delivered_(start.delivered),
        taken_(words_->taken),
        redelivered_(words_->redelivered),
        recovered_(static_cast<std::uint32_t>(start.held.size())),
        unread_(capacity_),
        finished_(capacity_),
        is_mine_(capacity_, false) {
    for (const SlotIndex slot : start.held) adopt(slot, unread_, unread_end_);
    for (const SlotIndex slot : start.finished) adopt(slot, finished_, finished_count_);
    give_back();
  }

  /// The next message; none when nothing is unread or fault() is set.
  Taken take() noexcept {
    if (unread_next_ == unread_end_ && !refill()) return {};
    const SlotIndex slot = unread_[unread_next_];
    const std::uint64_t number = numbers_.of(slot);
    if (!number_is_right(number)) return {};
    ++unread_next_;
    const bool redelivered = number <= delivered_;
    if (!redelivered) {
      delivered_ = number;
      Journal<Memory>::note_delivered(words_->delivered, number);
    } else {
      redelivered_.increment();
    }
    taken_.increment();
    return {slot, number, redelivered};
  }

  /// The application is done with `slot`.
  void release(SlotIndex slot) noexcept {
    journal_.mark(slot, Held::in_chain);
    finished_[finished_count_++] = slot;
    if (finished_count_ >= chain_limit_ || unread_next_ == unread_end_ || ringer_.taker_may_wait()) give_back();
  }

  /// Pushes all finished slots on `free`, as one chain.
  void give_back() noexcept {
    if (finished_count_ == 0) return;
    journal_.intend(free_.tag_after(finished_count_));
    for (std::uint32_t at = 1; at < finished_count_; ++at) free_.link(finished_[at], finished_[at - 1]);
    for (std::uint32_t at = 0; at < finished_count_; ++at) is_mine_[place(finished_[at])] = false;
    free_.push(finished_[0], finished_[finished_count_ - 1], finished_count_);
    journal_.pushed();
    for (std::uint32_t at = 0; at < finished_count_; ++at) journal_.mark(finished_[at], Held::no);
    journal_.settle();
    finished_count_ = 0;
    ringer_.after_push();
  }

  /// Gives back, unread, what has been taken up so far: for a consumer that starts with the newest.
  void skip_unread() noexcept {
    delivered_ = std::max(delivered_, claim_);
    Journal<Memory>::note_delivered(words_->delivered, delivered_);
    while (unread_next_ != unread_end_) release(unread_[unread_next_++]);
  }

  /// Whether a take would find a message now. For whoever is about to sleep.
  bool has_message() const noexcept { return unread_next_ != unread_end_ || head_.has_more(); }

  Ringer<Memory>& ringer() noexcept { return ringer_; }
  const Fault& fault() const noexcept { return fault_ ? fault_ : head_.fault(); }

 private:
  void adopt(SlotIndex slot, std::vector<SlotIndex>& list, std::uint32_t& count) {
    list[count++] = slot;
    is_mine_[place(slot)] = true;
  }

  bool refill() noexcept {
    give_back();
    const auto count = head_.take_all([this](SlotIndex slot, std::uint32_t place_in_walk) {
      if (is_mine_[place(slot)]) return false;
      is_mine_[place(slot)] = true;
      journal_.mark(slot, Held::yes);
      unread_[place_in_walk] = slot;
      return true;
    });
    if (!count || *count == 0) return false;
    unread_next_ = 0;
    unread_end_ = *count;
    recovered_ = 0;
    claim_ += *count;
    Journal<Memory>::note_taken(words_->claim, claim_);
    return true;
  }

  // Fresh messages are numbered without a gap up to the claim; recovered ones only rise, since some of their
  // neighbours were finished before.
  bool number_is_right(std::uint64_t number) noexcept {
    const bool right = unread_next_ < recovered_ ? number > 0 && number <= claim_
                                                 : number == claim_ - (unread_end_ - unread_next_) + 1;
    if (!right) fault_ = {"sluice_seq", number};
    return right;
  }

  ConsumerWords* words_;
  std::uint32_t capacity_;
  std::uint32_t chain_limit_;
  StackTaker<Memory> head_;
  StackPusher<Memory> free_;
  Journal<Memory> journal_;
  SlotNumbers<Memory> numbers_;
  Ringer<Memory> ringer_;
  std::uint64_t claim_;
  std::uint64_t delivered_;
  Counter<Memory> taken_;
  Counter<Memory> redelivered_;
  std::uint32_t recovered_;  // unread_[0, recovered_) came from a predecessor
  std::uint32_t unread_next_ = 0;
  std::uint32_t unread_end_ = 0;
  std::uint32_t finished_count_ = 0;
  std::vector<SlotIndex> unread_;       // [next, end) are to deliver, oldest first
  std::vector<SlotIndex> finished_;     // the chain to give back
  std::vector<unsigned char> is_mine_;  // per slot: taken and not given back
  Fault fault_;
};

}  // namespace sluice::detail
