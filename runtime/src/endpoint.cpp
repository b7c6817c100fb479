// What an endpoint does off the hot path: waiting, the reasons behind an empty handle, counts, leaving.
#include <sluice/detail/endpoint.hpp>

#include <algorithm>
#include <optional>
#include <thread>

#include "attachment.hpp"
#include "errors.hpp"
#include "people.hpp"

namespace sluice::detail {

namespace {

// Far deadlines would overflow the clock.
Clock::time_point deadline_after(std::chrono::nanoseconds timeout) noexcept {
  constexpr std::chrono::hours year{24 * 365};
  return Clock::now() + std::clamp<std::chrono::nanoseconds>(timeout, std::chrono::nanoseconds{0}, year);
}

void pause_briefly() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// When to look whether the other side is alive: each 100 ms and at the end, however often signals or wakes that
// bring nothing interrupt the sleep.
class PeerWatch {
 public:
  explicit PeerWatch(Clock::time_point until) noexcept : until_(until), next_look_(Clock::now() + kInterval) {}

  /// No sleep lasts longer: one that began late, after an interruption, ends at the same time.
  Clock::time_point next() const noexcept { return std::min(until_, next_look_); }
  bool is_over() const noexcept { return Clock::now() >= until_; }
  bool is_due() noexcept {
    const Clock::time_point now = Clock::now();
    if (now < next()) return false;
    next_look_ = now + kInterval;
    return true;
  }

 private:
  static constexpr std::chrono::milliseconds kInterval{100};

  Clock::time_point until_;
  Clock::time_point next_look_;
};

template <class Ready>
void spin_until(const Ready& ready, Clock::time_point until) {
  constexpr int looks_between_clock_reads = 64;
  do {
    for (int look = 0; look < looks_between_clock_reads; ++look) {
      if (ready()) return;
      pause_briefly();
    }
  } while (Clock::now() < until);
}

// One sleep, at most until `until`: with the kernel's help or on the spot. `ready` is the look at the stack.
template <class Ready>
void sleep_once(Sleeper<LiveMemory>& sleeper, Wait wait, const Ready& ready, Clock::time_point until) {
  const Clock::time_point now = Clock::now();
  if (now >= until) return;
  if (wait == Wait::poll) return spin_until(ready, until);
  sleeper.announce();
  const Clock::time_point slice_end = std::min(until, now + sleeper.max_sleep());
  sleeper.arm();
  if (!ready()) sleeper.sleep(slice_end);
  sleeper.disarm();
}

std::optional<Error> fault_of(const ChannelName& name, Role role, Reason stopped, const Fault& fault) {
  if (stopped == Reason::forked) return forked(name, role);
  if (stopped == Reason::poisoned) return poisoned(name, role, fault.word, fault.value);
  return std::nullopt;
}

}  // namespace

ProducerCore::ProducerCore(std::unique_ptr<Attachment> attachment, const LaneView& view, ProducerStart start, Wait wait)
    : slots_(view.slots),
      lane_(view, std::move(start)),
      sleeper_(view.producer.words->armed, view.producer.words->sleeps, view.consumer.words->bell),
      view_(view),
      wait_(wait),
      batch_(view.slots.capacity),
      attachment_(std::move(attachment)) {
  attachment_->tell_of_fork(stopped_);
  sleeper_.start_anew();
  lane_.ringer().ring();
}

ProducerCore::~ProducerCore() {
  if (stopped_ != Reason::forked) attachment_->leave(lane_.ringer());
}

Reason ProducerCore::why_no_slot() noexcept {
  if (stopped_ != Reason::none) return stopped_;
  if (lane_.fault()) return stopped_ = Reason::poisoned;
  lane_.count_rejected();
  return attachment_->state() == State::retired ? Reason::retired : Reason::full;
}

Reason ProducerCore::loan_for(SlotIndex& slot, std::chrono::nanoseconds timeout) noexcept {
  PeerWatch watch(deadline_after(timeout));
  const auto has_slot = [this] { return lane_.has_slot(); };
  for (bool is_last_look = false; stopped_ == Reason::none;) {
    slot = lane_.loan();
    if (slot != kNil) return Reason::none;
    if (lane_.fault()) return stopped_ = Reason::poisoned;
    if (attachment_->state() == State::retired) return Reason::retired;
    if (is_last_look) {
      lane_.count_rejected();
      return Reason::timeout;
    }
    sleep_once(sleeper_, wait_, has_slot, watch.next());
    if (!watch.is_due()) continue;
    is_last_look = watch.is_over();  // whatever `free` promises from here on
    if (has_slot()) continue;
    if (!attachment_->peer_is_attached() && !has_slot()) return why_no_consumer();
  }
  return stopped_;
}

std::uint32_t ProducerCore::open_batch(std::uint32_t wanted, Reason& reason) noexcept {
  reason = batch_size_ != 0 ? Reason::batch_open : stopped_;
  if (reason != Reason::none) return 0;
  wanted = std::min(wanted, slots_.capacity);
  batch_size_ = lane_.loan(batch_.data(), wanted);
  if (batch_size_ == wanted) return wanted;
  if (batch_size_ == 0 || lane_.fault()) reason = why_no_slot();
  if (stopped_ != Reason::none) batch_size_ = 0;
  return batch_size_;
}

bool ProducerCore::close_batch(std::uint32_t publish) noexcept {
  const std::uint32_t size = std::exchange(batch_size_, 0U);
  if (stopped_ != Reason::none) return false;
  for (std::uint32_t at = size; at > publish; --at) lane_.keep(batch_[at - 1]);
  if (publish == 0) return false;
  lane_.publish(batch_.data(), publish);
  return true;
}

Reason ProducerCore::why_no_consumer() const noexcept {
  return attachment_->can_be_found() ? Reason::consumer_gone : Reason::retired;
}

Waited ProducerCore::wait_for_consumer(std::chrono::nanoseconds timeout) noexcept {
  const Clock::time_point until = deadline_after(timeout);
  while (stopped_ == Reason::none) {
    if (attachment_->state() == State::retired) return Reason::retired;
    if (attachment_->peer_is_attached()) return Reason::none;
    if (!attachment_->can_be_found()) return Reason::retired;
    if (Clock::now() >= until) return Reason::timeout;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return stopped_;
}

Waited ProducerCore::drain(std::chrono::nanoseconds timeout) noexcept {
  PeerWatch watch(deadline_after(timeout));
  const auto drained = [this] { return is_drained(view_, lane_.published()); };
  while (stopped_ == Reason::none) {
    if (drained()) return Reason::none;
    if (watch.is_due()) {
      if (attachment_->state() == State::retired) return Reason::retired;
      if (!attachment_->peer_is_attached()) return drained() ? Reason::none : why_no_consumer();
      if (watch.is_over()) return Reason::timeout;
    }
    std::this_thread::sleep_for(std::chrono::microseconds{200});
  }
  return stopped_;
}

Stats ProducerCore::stats() const noexcept { return stopped_ == Reason::forked ? Stats{} : stats_of(view_); }

Peer ProducerCore::peer() const noexcept { return signed_by(view_, Role::consumer); }

std::optional<Error> ProducerCore::fault() const {
  return fault_of(attachment_->name(), Role::producer, stopped_, lane_.fault());
}

ConsumerCore::ConsumerCore(std::unique_ptr<Attachment> attachment, const LaneView& view, ConsumerStart start, Wait wait,
                           std::unique_ptr<DefaultedCopies> copies)
    : slots_(view.slots),
      lane_(view, std::move(start)),
      sleeper_(view.consumer.words->armed, view.consumer.words->sleeps, view.producer.words->bell),
      view_(view),
      wait_(wait),
      state_(&attachment->state_word()),
      copies_(std::move(copies)),
      attachment_(std::move(attachment)) {
  attachment_->tell_of_fork(stopped_);
  sleeper_.start_anew();
  lane_.ringer().ring();
}

ConsumerCore::~ConsumerCore() {
  if (stopped_ == Reason::forked) return;
  if (stopped_ == Reason::none) lane_.give_back();
  attachment_->leave(lane_.ringer());
}

Looked ConsumerCore::look_closely() noexcept {
  if (stopped_ != Reason::none) return {{}, stopped_};
  if (lane_.fault()) return {{}, stopped_ = Reason::poisoned};
  if (lane_.contended()) return {{}, Reason::contended};
  const State state = attachment_->state();
  if (state == State::open) return {{}, Reason::empty};
  const Taken last = lane_.take();  // pushed before the state was stored: look once more
  if (lane_.fault()) return {{}, stopped_ = Reason::poisoned};
  if (last.slot != kNil) return {last, Reason::none};
  return {{}, state == State::closed ? Reason::closed : Reason::retired};
}

Looked ConsumerCore::take_for(std::chrono::nanoseconds timeout) noexcept {
  PeerWatch watch(deadline_after(timeout));
  const auto has_message = [this] { return lane_.has_message(); };
  for (bool is_last_look = false;;) {
    Looked looked{take(), Reason::none};
    if (looked.taken.slot == kNil) looked = look_again();
    if (looked.taken.slot != kNil) {
      told_closed_ = false;
      return looked;
    }
    const Reason reason = looked.reason;
    const bool waits = reason == Reason::empty || reason == Reason::contended ||
                       (reason == Reason::closed && std::exchange(told_closed_, true));
    if (!waits || (reason == Reason::contended && watch.is_over())) return looked;
    if (is_last_look) return {{}, reason == Reason::empty ? Reason::timeout : reason};
    sleep_once(sleeper_, wait_, has_message, watch.next());
    if (!watch.is_due()) continue;
    is_last_look = watch.is_over();  // whatever `head` promises from here on
    if (has_message()) continue;
    if (!attachment_->peer_is_attached()) {
      // It may have left, or been replaced, while this side slept: the state was stored before the role became free.
      if (has_message() || (reason == Reason::empty && attachment_->state() != State::open)) continue;
      const Reason gone = attachment_->can_be_found() ? Reason::producer_gone : Reason::retired;
      if (reason == Reason::empty || gone == Reason::retired) return {{}, gone};
    }
  }
}

Stats ConsumerCore::stats() const noexcept { return stopped_ == Reason::forked ? Stats{} : stats_of(view_); }

Peer ConsumerCore::peer() const noexcept { return signed_by(view_, Role::producer); }

std::optional<Error> ConsumerCore::fault() const {
  return fault_of(attachment_->name(), Role::consumer, stopped_, lane_.fault());
}

}  // namespace sluice::detail
