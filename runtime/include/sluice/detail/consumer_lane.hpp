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
  std::uint64_t given_back = 0;  // slots, modulo 2^44
  std::uint64_t delivered = 0;
  std::uint64_t repeats_end = 0;    // highest number that the predecessor may have handed out
  std::vector<Numbered> held;       // to deliver, oldest first
  std::vector<SlotIndex> outdated;  // order latest: to give back undelivered
};

/// A message in the application's hands.
struct Taken {
  SlotIndex slot = kNil;          // kNil: there was none
  std::uint32_t redelivered = 0;  // a truth value, as wide as what is beside it: the whole goes in two registers
  std::uint64_t number = 0;
};

template <class Memory>
class ConsumerLane {
 public:
  ConsumerLane(const LaneView& view, const ConsumerStart& start)
      : words_(view.consumer.words),
        order_(view.order),
        capacity_(view.slots.capacity),
        chain_limit_(gives_back_at_once(view) ? 1 : std::max(1U, capacity_ / 4)),
        head_(view.producer.words->head, view.producer.links, capacity_, start.claim),
        claimer_(view),
        free_(words_->free, view.consumer.links, capacity_, start.given_back),
        journal_(view.consumer.marks),
        numbers_(view.slots),
        ringer_(words_->bell, view.producer.words->armed, view.producer.words->sleeps),
        repeats_end_(start.repeats_end),
        given_back_(start.given_back),
        taken_(words_->taken),
        redelivered_(words_->redelivered),
        skipped_(words_->skipped),
        invalid_(words_->invalid),
        unread_(capacity_) {
    for (const Numbered& message : start.held) {
      unread_[unread_end_++] = message;
    }
    if (order_ == Order::lifo) note_in_hand();
    for (const SlotIndex slot : start.outdated) finish(slot);
    give_back();  // before it may claim anew
  }

  /// The next message; none when nothing is unread, contended() holds or fault() is set.
  [[gnu::always_inline]] Taken take() noexcept {
    return order_ == Order::fifo && unread_next_ != unread_end_ ? take_unread() : take_refilled();
  }

  /// The application is done with `slot`.
  [[gnu::always_inline]] void release(SlotIndex slot) noexcept {
    finish(slot);
    if (finished_count() >= chain_limit_ || unread_next_ == unread_end_ || ringer_.taker_may_wait()) give_back();
  }

  /// The application could not read a message that was handed to it.
  void count_invalid() noexcept { invalid_.increment(); }

  /// Pushes all finished slots on `free`, as one chain.
  [[gnu::noinline]] void give_back() noexcept {
    if (finished_count() == 0) return;
    free_.push(Journal<Memory>::finished_chain(words_->finished));
    given_back_ = free_.count();
    ringer_.after_push();
  }

  /// Gives back, unread, all that is there: for a consumer that starts with what comes next.
  void skip_unread() noexcept {
    if (!refill()) return;
    Journal<Memory>::note_delivered(words_->delivered, order_ == Order::latest ? claimer_.claimed() : head_.count());
    skip(unread_next_, unread_end_);
    unread_next_ = unread_end_ = 0;
    if (order_ == Order::lifo) note_in_hand();
    give_back();
  }

  /// Whether a take would find a message now. For whoever is about to sleep.
  bool has_message() const noexcept {
    return unread_next_ != unread_end_ || (order_ == Order::latest ? claimer_.has_more(head_) : head_.has_more());
  }
  /// Whether the last take() found nothing for another reason than that there is nothing.
  bool has_failed() const noexcept { return contended() || fault(); }
  /// Order latest: the producer published faster than the last take() could claim. Nothing is lost.
  bool contended() const noexcept { return claimer_.contended(); }

  Ringer<Memory>& ringer() noexcept { return ringer_; }
  const Fault& fault() const noexcept {
    if (fault_) return fault_;
    return claimer_.fault() ? claimer_.fault() : head_.fault();
  }

 private:
  static bool gives_back_at_once(const LaneView& view) noexcept {
    return view.slots.reuse == Reuse::warmest || view.order == Order::latest;
  }

  [[gnu::always_inline]] Taken take_unread() noexcept {
    const Numbered message = order_ == Order::fifo ? unread_[unread_next_++] : unread_[--unread_end_];
    const std::uint64_t number = numbers_.of(message.slot);
    if (number != message.number) {
      fault_ = {"sluice_seq", number};
      return {};
    }
    if (order_ == Order::lifo) note_in_hand();
    const Taken taken = hand_out(message.slot, number);
    // The last in hand: the next take may be of another channel.
    return unread_next_ == unread_end_ ? having_given_back(taken) : taken;
  }
  [[gnu::noinline]] Taken take_refilled() noexcept {
    if (unread_next_ == unread_end_ && order_ != Order::latest) {
      const StackWord seen = head_.look();
      const std::uint64_t count = head_.new_in(seen);
      if (count == 0) return {};  // who polls comes here most of the time, and wants to be back at once
      if (count == 1) return take_only(seen);
    }
    return refill() ? take_unread() : Taken{};
  }
  /// The one message that there is: handed out without a list.
  [[gnu::always_inline]] Taken take_only(StackWord seen) noexcept {
    const SlotIndex slot = guessed(seen.top());
    const bool sound = head_.take_only(slot, [this](SlotIndex only, auto) {
      if (journal_.is_marked(only)) return false;
      journal_.mark(only, Held::yes);
      return true;
    });
    if (!sound) return {};
    Journal<Memory>::note_taken(words_->claim, head_.count());
    const std::uint64_t number = numbers_.of(slot);
    if (number != head_.count()) {
      fault_ = {"sluice_seq", number};
      return {};
    }
    const Taken taken = hand_out(slot, number);
    return finished_count() > 0 ? having_given_back(taken) : taken;
  }
  /// The same slot, but where it follows on the last one as that did on the one before, the CPU need not wait for
  /// `head` to know so: it goes on with the guess, and has the message's cache line under way beside that of `head`.
  [[gnu::always_inline]] SlotIndex guessed(SlotIndex slot) noexcept {
    const std::uint32_t guess = guess_;
    std::uint32_t same = guess;
    asm("" : "+r"(same));  // the compiler must not know that it is the same, or it goes on with what comes from `head`
    guess_ = 2 * place(slot) - last_;
    last_ = place(slot);
    if (place(slot) != guess) return slot;
    asm volatile("" : "+r"(same));  // nor make a selection of the branch
    return SlotIndex{same};
  }
  [[gnu::noinline]] Taken having_given_back(Taken taken) noexcept {
    give_back();
    return taken;
  }
  [[gnu::always_inline]] Taken hand_out(SlotIndex slot, std::uint64_t number) noexcept {
    Journal<Memory>::note_delivered(words_->delivered, number);
    const bool redelivered = number <= repeats_end_;
    if (redelivered) redelivered_.increment();
    taken_.increment();
    return {slot, redelivered ? 1U : 0U, number};
  }

  void note_in_hand() noexcept { Journal<Memory>::note_in_hand(words_->in_hand, unread_end_ - unread_next_); }

  std::uint64_t finished_count() const noexcept { return free_.count() - given_back_; }
  [[gnu::always_inline]] void finish(SlotIndex slot) noexcept {
    Journal<Memory>::note_finished(words_->finished, free_.add(slot));
    journal_.mark(slot, Held::no);
  }
  void skip(std::uint32_t first, std::uint32_t end) noexcept {
    for (std::uint32_t at = first; at < end; ++at) finish(unread_[at].slot);
    if (end > first) skipped_.add(end - first);
  }

  /// Brings in what is new. False: there is nothing to deliver, the other side wrote nonsense, or was faster.
  bool refill() noexcept {
    if (unread_next_ == unread_end_) unread_next_ = unread_end_ = 0;
    return (order_ == Order::latest ? claim_newest() : take_up_all()) && unread_next_ != unread_end_;
  }

  bool take_up_all() noexcept {
    const std::uint32_t behind = unread_end_;
    const auto count = head_.take_all([this, behind](SlotIndex slot, std::uint32_t place_in_walk) {
      return take_up(behind + place_in_walk, head_.count() + place_in_walk + 1, slot);
    });
    if (!count || *count == 0) return count.has_value();
    unread_end_ += *count;
    Journal<Memory>::note_taken(words_->claim, head_.count());
    return true;
  }

  /// What stays unread is one message: the newest, or, if nothing came, what a predecessor held.
  bool claim_newest() noexcept {
    const auto count = claimer_.claim_all(head_, [this](SlotIndex slot, std::uint64_t number) {
      return take_up(unread_end_, number, slot) && ++unread_end_ != 0;
    });
    if (!count || *count == 0) return count.has_value();
    skip(unread_next_, unread_end_ - 1);
    unread_[0] = unread_[unread_end_ - 1];
    unread_next_ = 0;
    unread_end_ = 1;
    give_back();
    return true;
  }

  bool take_up(std::uint32_t at, std::uint64_t number, SlotIndex slot) noexcept {
    if (at >= capacity_ || journal_.is_marked(slot)) return false;
    journal_.mark(slot, Held::yes);
    unread_[at] = {number, slot};
    numbers_.prefetch(slot);
    return true;
  }

  ConsumerWords* words_;
  Order order_;
  std::uint32_t capacity_;
  std::uint64_t chain_limit_;
  StackTaker<Memory> head_;
  Claimer<Memory> claimer_;
  StackPusher<Memory> free_;
  Journal<Memory> journal_;
  SlotNumbers<Memory> numbers_;
  Ringer<Memory> ringer_;
  std::uint64_t repeats_end_;
  std::uint64_t given_back_;
  Counter<Memory> taken_;
  Counter<Memory> redelivered_;
  Counter<Memory> skipped_;
  Counter<Memory> invalid_;
  std::uint32_t last_ = 0;   // the slot that take_only() met last
  std::uint32_t guess_ = 0;  // the one that it may meet next
  std::uint32_t unread_next_ = 0;
  std::uint32_t unread_end_ = 0;
  std::vector<Numbered> unread_;  // [next, end) are to deliver, oldest first
  Fault fault_;
};

}  // namespace sluice::detail
