// The consumer's half of a lane: take, release and give back, in the order that lets a successor take over.
// A take brings in all that is unread with one load; the messages then wait in a private list.
//   fifo    the oldest of the list first; `head` is looked at when the list is empty
//   lifo    the newest first; `head` is looked at by each take, so that it is the newest there is
//   latest  the newest only; all others go back at once
// Finished slots go back in chains: a push for each would cost the producer a cache miss a message.
// Must hold: `delivered` is stored before the message is handed out [I7]; nothing finished stays here while
// nothing is left to deliver (a consumer that turns to another channel would strand the producer).
// Real time: take and release are wait-free, but for latest's take: lock-free. A walk is at most `capacity` links.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <sluice/detail/bell.hpp>
#include <sluice/detail/claimer.hpp>
#include <sluice/detail/dropper.hpp>
#include <sluice/detail/index_stack.hpp>
#include <sluice/detail/journal.hpp>
#include <sluice/detail/shared_words.hpp>

namespace sluice::detail {

/// What recovery hands to a consumer lane: what its predecessor had taken and not finished.
struct ConsumerStart {
  std::uint64_t claim = 0;
  std::uint64_t delivered = 0;
  std::uint64_t repeats_end = 0;    // highest number that the predecessor may have handed out
  std::vector<Numbered> held;       // to deliver, oldest first
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
  ConsumerLane(const LaneView& view, const ConsumerStart& start)
      : words_(view.consumer.words),
        order_(view.order),
        capacity_(view.slots.capacity),
        chain_limit_(gives_back_at_once(view) ? 1 : std::max(1U, capacity_ / 4)),
        head_(view.producer.words->head, view.producer.links, capacity_, tag_of(start.claim)),
        claimer_(view),
        free_(words_->free, view.consumer.links),
        journal_(words_->intent, view.consumer.marks),
        numbers_(view.slots),
        ringer_(words_->bell, view.producer.words->armed, view.producer.words->sleeps),
        claim_(start.claim),
        repeats_end_(start.repeats_end),
        delivered_(start.delivered),
        taken_(words_->taken),
        redelivered_(words_->redelivered),
        skipped_(words_->skipped),
        invalid_(words_->invalid),
        in_hand_(words_->in_hand),
        unread_(capacity_),
        finished_(capacity_),
        is_mine_(capacity_, false) {
    for (const Numbered& message : start.held) {
      is_mine_[place(message.slot)] = true;
      unread_[unread_end_++] = message;
    }
    for (const SlotIndex slot : start.finished) {
      is_mine_[place(slot)] = true;
      finished_[finished_count_++] = slot;
    }
    give_back();  // latest: also what it may not claim anew before
  }

  /// The next message; none when nothing is unread, contended() holds or fault() is set.
  Taken take() noexcept {
    if ((unread_next_ == unread_end_ || order_ != Order::fifo) && !refill()) return {};
    if (unread_next_ == unread_end_) return {};
    const Numbered message = order_ == Order::fifo ? unread_[unread_next_++] : unread_[--unread_end_];
    const std::uint64_t number = numbers_.of(message.slot);
    if (number != message.number) {
      fault_ = {"sluice_seq", number};
      return {};
    }
    if (order_ == Order::lifo) in_hand_.set(unread_end_);
    const Taken taken = hand_out(message);
    if (unread_next_ == unread_end_) give_back();  // the last in hand: the next take may be of another channel
    return taken;
  }

  /// The application is done with `slot`.
  void release(SlotIndex slot) noexcept {
    finish(slot);
    if (finished_count_ >= chain_limit_ || unread_next_ == unread_end_ || ringer_.taker_may_wait()) give_back();
  }

  /// The application could not read a message that was handed to it.
  void count_invalid() noexcept { invalid_.increment(); }

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

  /// Gives back, unread, all that is there: for a consumer that starts with what comes next.
  void skip_unread() noexcept {
    if (!refill()) return;
    delivered_ = std::max(delivered_, order_ == Order::latest ? claimer_.claimed() : claim_);
    Journal<Memory>::note_delivered(words_->delivered, delivered_);
    skip(unread_next_, unread_end_);
    unread_next_ = unread_end_ = 0;
    if (order_ == Order::lifo) in_hand_.set(0);
    give_back();
  }

  /// Whether a take would find a message now. For whoever is about to sleep.
  bool has_message() const noexcept {
    return unread_next_ != unread_end_ || (order_ == Order::latest ? claimer_.has_more(head_) : head_.has_more());
  }
  /// Order latest: the producer published faster than the last take() could claim. Nothing is lost.
  bool contended() const noexcept { return claimer_.contended(); }

  Ringer<Memory>& ringer() noexcept { return ringer_; }
  const Fault& fault() const noexcept {
    if (fault_) return fault_;
    return claimer_.fault() ? claimer_.fault() : head_.fault();
  }

 private:
  static bool gives_back_at_once(const LaneView& view) noexcept {
    return view.slots.stride_bytes >= kLargeSlotBytes || view.order == Order::latest;
  }

  Taken hand_out(const Numbered& message) noexcept {
    if (message.number > delivered_) {
      delivered_ = message.number;
      Journal<Memory>::note_delivered(words_->delivered, delivered_);
    }
    const bool redelivered = message.number <= repeats_end_;
    if (redelivered) redelivered_.increment();
    taken_.increment();
    return {message.slot, message.number, redelivered};
  }

  void finish(SlotIndex slot) noexcept {
    journal_.mark(slot, Held::in_chain);
    finished_[finished_count_++] = slot;
  }
  void skip(std::uint32_t first, std::uint32_t end) noexcept {
    for (std::uint32_t at = first; at < end; ++at) finish(unread_[at].slot);
    if (end > first) skipped_.add(end - first);
  }

  /// Brings in what is new. False: the other side wrote nonsense, or was faster.
  [[nodiscard]] bool refill() noexcept {
    if (unread_next_ == unread_end_) unread_next_ = unread_end_ = 0;
    return order_ == Order::latest ? claim_newest() : take_up_all();
  }

  bool take_up_all() noexcept {
    const std::uint32_t behind = unread_end_;
    const auto count = head_.take_all([this, behind](SlotIndex slot, std::uint32_t place_in_walk) {
      return take_up(behind + place_in_walk, {claim_ + place_in_walk + 1, slot});
    });
    if (!count || *count == 0) return count.has_value();
    unread_end_ += *count;
    claim_ += *count;
    Journal<Memory>::note_taken(words_->claim, claim_);
    return true;
  }

  /// What stays unread is one message: the newest, or, if nothing came, what a predecessor held.
  bool claim_newest() noexcept {
    const std::uint32_t before = unread_end_;
    const auto count = claimer_.claim_all(head_, [this](SlotIndex slot, std::uint64_t number) {
      return take_up(unread_end_++, {number, slot});
    });
    if (!count || *count == 0) return count.has_value();
    const Numbered newest = std::exchange(unread_[before], unread_[unread_end_ - 1]);
    skip(unread_next_, unread_end_ - 1);
    unread_next_ = 0;
    unread_end_ = 1;
    unread_[0] = newest;
    give_back();
    return true;
  }

  bool take_up(std::uint32_t at, const Numbered& message) noexcept {
    if (at >= capacity_ || is_mine_[place(message.slot)]) return false;
    is_mine_[place(message.slot)] = true;
    journal_.mark(message.slot, Held::yes);
    unread_[at] = message;
    return true;
  }

  ConsumerWords* words_;
  Order order_;
  std::uint32_t capacity_;
  std::uint32_t chain_limit_;
  StackTaker<Memory> head_;
  Claimer<Memory> claimer_;
  StackPusher<Memory> free_;
  Journal<Memory> journal_;
  SlotNumbers<Memory> numbers_;
  Ringer<Memory> ringer_;
  std::uint64_t claim_;
  std::uint64_t repeats_end_;
  std::uint64_t delivered_;
  Counter<Memory> taken_;
  Counter<Memory> redelivered_;
  Counter<Memory> skipped_;
  Counter<Memory> invalid_;
  Counter<Memory> in_hand_;
  std::uint32_t unread_next_ = 0;
  std::uint32_t unread_end_ = 0;
  std::uint32_t finished_count_ = 0;
  std::vector<Numbered> unread_;        // [next, end) are to deliver, oldest first
  std::vector<SlotIndex> finished_;     // the chain to give back
  std::vector<unsigned char> is_mine_;  // per slot: taken and not given back
  Fault fault_;
};

}  // namespace sluice::detail
