// The typed door: what users hold. Generated headers include it and name its classes for one channel.
// Everything here casts and forwards; what happens is in detail/.
// An endpoint (Producer, Consumer) and its handles (Loan, LoanBatch, Sample) are used by one thread at a time.
// Handles may outlive their endpoint and be destroyed in any order: the channel is left with the last of them.
#pragma once

#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

#include <sluice/channel_info.hpp>
#include <sluice/detail/endpoint.hpp>
#include <sluice/error.hpp>
#include <sluice/frozen.hpp>
#include <sluice/options.hpp>
#include <sluice/reason.hpp>
#include <sluice/stats.hpp>

namespace sluice {

namespace detail {
template <class Message>
void construct(void* slot) {
  ::new (slot) Message;
}
}  // namespace detail

template <class Message>
class Loan;

namespace detail {
/// What a producer does otherwise for another kind of message: flatbuffer_message.hpp has one.
template <class Message>
struct MessageKind {
  static constexpr bool has_fields = true;

  static std::optional<Error> set_up(ProducerCore&, const ChannelInfo&) { return std::nullopt; }
  static Reason may_loan(ProducerCore&) noexcept { return Reason::none; }
  static void set_defaults(Loan<Message>& loan) noexcept { loan->set_defaults_(); }
};
}  // namespace detail

/// A slot to fill: the message lies in shared memory already. Dropped unpublished, it stays with the producer.
template <class Message>
class [[nodiscard]] Loan {
 public:
  Loan() noexcept = default;
  explicit Loan(Reason reason) noexcept : reason_(reason) {}
  [[gnu::always_inline]] Loan(detail::ProducerCore& core, detail::SlotIndex slot) noexcept
      : core_(core), slot_(slot), reason_(Reason::none) {
    message_ = static_cast<Message*>(core_->slot(slot_));
  }
  Loan(Loan&& other) noexcept { take_over(other); }
  Loan& operator=(Loan&& other) noexcept {
    if (this == &other) return *this;
    drop();
    take_over(other);
    return *this;
  }
  [[gnu::always_inline]] ~Loan() { drop(); }

  explicit operator bool() const noexcept { return static_cast<bool>(core_); }
  /// Why this loan is empty: full, retired, poisoned, forked or moved_from; of loan_for() also timeout, consumer_gone.
  Reason reason() const noexcept { return reason_; }

  Message* operator->() const noexcept {
    assert(message_ != nullptr && "an empty loan: look at it before use");
    return message_;
  }
  Message& operator*() const noexcept { return *operator->(); }

  /// Makes the message the channel's newest; the loan is empty afterwards. False, and nothing happens, if it was
  /// empty or the endpoint is poisoned or forked.
  /// Errors: never throws. Real time: wait-free; a system call only to wake a consumer that sleeps.
  [[gnu::always_inline]] bool publish() noexcept {
    if (!core_) return false;
    const bool published = core_->publish(slot_);
    let_go();
    return published;
  }

 private:
  void take_over(Loan& other) noexcept {
    core_ = std::move(other.core_);
    slot_ = other.slot_;
    message_ = std::exchange(other.message_, nullptr);
    reason_ = std::exchange(other.reason_, Reason::moved_from);
  }
  void drop() noexcept {
    if (!core_) return;
    core_->drop(slot_);
    let_go();
  }
  void let_go() noexcept {
    core_.reset();
    message_ = nullptr;
    reason_ = Reason::moved_from;
  }

  detail::CoreRef<detail::ProducerCore> core_;
  detail::SlotIndex slot_ = detail::kNil;
  Message* message_ = nullptr;
  Reason reason_ = Reason::moved_from;
};

/// Several slots that are published together: one push, all or none. One batch per producer at a time.
template <class Message>
class [[nodiscard]] LoanBatch {
 public:
  LoanBatch() noexcept = default;
  explicit LoanBatch(Reason reason) noexcept : reason_(reason) {}
  LoanBatch(detail::ProducerCore& core, std::uint32_t size) noexcept
      : core_(core), size_(size), reason_(Reason::none) {}
  LoanBatch(LoanBatch&& other) noexcept { take_over(other); }
  LoanBatch& operator=(LoanBatch&& other) noexcept {
    if (this == &other) return *this;
    finish(0);
    take_over(other);
    return *this;
  }
  ~LoanBatch() { finish(0); }

  explicit operator bool() const noexcept { return size_ != 0; }
  /// Why this batch is empty: full, batch_open, retired, poisoned, forked or moved_from.
  Reason reason() const noexcept { return reason_; }
  /// How many slots there are: as many as were asked for, or fewer if the channel is nearly full.
  std::size_t size() const noexcept { return size_; }
  /// The message that will be published as the `index`-th of the batch.
  Message& operator[](std::size_t index) const noexcept {
    assert(index < size_ && "past the end of a batch");
    return *static_cast<Message*>(core_->slot(core_->batch_slot(index)));
  }

  class Iterator {
   public:
    Iterator(const LoanBatch& batch, std::size_t at) noexcept : batch_(&batch), at_(at) {}
    Message& operator*() const noexcept { return (*batch_)[at_]; }
    Iterator& operator++() noexcept {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const noexcept { return at_ != other.at_; }

   private:
    const LoanBatch* batch_;
    std::size_t at_;
  };
  Iterator begin() const noexcept { return {*this, 0}; }
  Iterator end() const noexcept { return {*this, size_}; }

  /// Publishes all, or the first `count`; the rest stay with the producer. As Loan::publish() otherwise.
  bool publish() noexcept { return finish(size_); }
  bool publish(std::size_t count) noexcept { return finish(count < size_ ? static_cast<std::uint32_t>(count) : size_); }

 private:
  void take_over(LoanBatch& other) noexcept {
    core_ = std::move(other.core_);
    size_ = std::exchange(other.size_, 0);
    reason_ = std::exchange(other.reason_, Reason::moved_from);
  }
  bool finish(std::uint32_t publish) noexcept {
    if (size_ == 0) return false;
    size_ = 0;
    reason_ = Reason::moved_from;
    const bool published = core_->close_batch(publish);
    core_.reset();
    return published;
  }

  detail::CoreRef<detail::ProducerCore> core_;
  std::uint32_t size_ = 0;
  Reason reason_ = Reason::moved_from;
};

namespace detail {

/// What samples of each kind of message have in common: a slot that goes back.
template <class Message>
class SampleBase {
 public:
  SampleBase() noexcept = default;
  explicit SampleBase(Reason reason) noexcept : reason_(reason) {}
  [[gnu::always_inline]] SampleBase(ConsumerCore& core, const Taken& taken) noexcept
      : core_(core), taken_(taken), reason_(Reason::none) {
    message_ = static_cast<const Message*>(core_->message(taken_.slot));
  }
  SampleBase(SampleBase&& other) noexcept { take_over(other); }
  SampleBase& operator=(SampleBase&& other) noexcept {
    if (this == &other) return *this;
    release();
    take_over(other);
    return *this;
  }
  [[gnu::always_inline]] ~SampleBase() { release(); }

  explicit operator bool() const noexcept { return static_cast<bool>(core_); }

  /// The message's number: the channel's first is 1, and fifo has no gaps.
  std::uint64_t sequence() const noexcept { return taken_.number; }
  /// Whether a consumer that died may have handled this message before; of order lifo also where an earlier consumer
  /// had only taken it up.
  bool redelivered() const noexcept { return taken_.redelivered != 0; }

  /// Gives the slot back now; the sample is empty afterwards. Safe to call twice.
  /// Real time: wait-free; a system call only to wake a producer that sleeps.
  [[gnu::always_inline]] void release() noexcept {
    if (!core_) return;
    core_->release(taken_.slot);
    core_.reset();
    message_ = nullptr;
    reason_ = Reason::moved_from;
  }

 protected:
  CoreRef<ConsumerCore> core_;
  Taken taken_;
  const Message* message_ = nullptr;
  mutable Reason reason_ = Reason::moved_from;

 private:
  void take_over(SampleBase& other) noexcept {
    core_ = std::move(other.core_);
    taken_ = other.taken_;
    message_ = std::exchange(other.message_, nullptr);
    reason_ = std::exchange(other.reason_, Reason::moved_from);
  }
};

}  // namespace detail

/// A message to read. Its slot goes back to the producer when the sample is released or destroyed.
template <class Message>
class [[nodiscard]] Sample : public detail::SampleBase<Message> {
  using Base = detail::SampleBase<Message>;

 public:
  using Base::Base;

  /// Why this sample is empty: empty, timeout, producer_gone, closed, retired, poisoned, forked or moved_from; of order
  /// latest also contended.
  Reason reason() const noexcept { return Base::reason_; }

  const Message* operator->() const noexcept {
    assert(Base::message_ != nullptr && "an empty sample: look at it before use");
    return Base::message_;
  }
  const Message& operator*() const noexcept { return *operator->(); }
  /// Copies the values, not the number: `mine` stays stable when this sample is gone.
  void copy_to(Message& mine) const noexcept { mine = **this; }
};

template <class Channel>
class Producer {
 public:
  using Message = typename Channel::Message;

  /// Makes the channel, or takes over the one that a dead or departed producer left; consumers notice nothing.
  /// Errors: Error: invalid_name, invalid_option, role_taken, shared_memory_full, permission_denied, not_owner,
  /// untrusted_owner, foreign_object, damaged_window, other_format, busy, system; incompatible, if the program's own
  /// descriptor is cut short.
  /// Real time: no; allocates, maps memory and makes system calls.
  static Producer create(const CreateOptions& options = {}) { return try_create(options).value(); }
  static Result<Producer> try_create(const CreateOptions& options = {}) {
    auto core = detail::create(Channel::info, options, detail::construct<Message>);
    if (!core) return core.error();
    if (auto error = Kind::set_up(**core, Channel::info)) return *error;
    return Producer(std::move(*core));
  }

  explicit Producer(detail::CoreRef<detail::ProducerCore> core) noexcept : core_(std::move(core)) {}
  Producer(Producer&&) noexcept = default;
  Producer& operator=(Producer&&) noexcept = default;

  /// A slot whose message has every field at its default: arrays zeroed, strings and sequences empty.
  /// @return an empty loan when the channel is full, or the endpoint retired, poisoned, forked or moved from.
  /// Errors: never throws. Real time: wait-free, no system call.
  [[gnu::always_inline]] Loan<Message> loan() noexcept {
    Loan<Message> loan = loan_slot();
    if (loan) Kind::set_defaults(loan);
    return loan;
  }
  /// As loan(), but only strings and sequences are emptied; other fields hold what an earlier message left.
  [[gnu::always_inline]] Loan<Message> loan_uninitialized() noexcept {
    static_assert(Kind::has_fields, "a FlatBuffers table is built anew in each loan: use loan()");
    Loan<Message> loan = loan_slot();
    if (loan) loan->clear_lengths_();
    return loan;
  }
  /// As loan(), sleeping up to `timeout`, on CLOCK_MONOTONIC, until a slot is free.
  /// @return an empty loan: timeout, consumer_gone, retired, poisoned, forked or moved_from.
  /// Real time: no system call while a slot is free; otherwise one futex wait at a time.
  Loan<Message> loan_for(std::chrono::nanoseconds timeout) noexcept {
    if (const Reason reason = may_loan(); reason != Reason::none) return Loan<Message>(reason);
    detail::SlotIndex slot = detail::kNil;
    const Reason reason = core_->loan_for(slot, timeout);
    if (reason != Reason::none) return Loan<Message>(reason);
    Loan<Message> loan(*core_, slot);
    Kind::set_defaults(loan);
    return loan;
  }
  /// Up to `count` slots, as loan(), to be published with one push. Of none: an empty batch, reason() none.
  /// @return an empty batch when the channel is full, another batch is open (batch_open), or as loan().
  /// Errors: never throws. Real time: wait-free, no system call; `count` loans.
  LoanBatch<Message> loan_batch(std::size_t count) noexcept {
    LoanBatch<Message> batch = loan_slots(count);
    for (Message& message : batch) message.set_defaults_();
    return batch;
  }
  /// As loan_batch(), but only strings and sequences are emptied: see loan_uninitialized().
  LoanBatch<Message> loan_batch_uninitialized(std::size_t count) noexcept {
    LoanBatch<Message> batch = loan_slots(count);
    for (Message& message : batch) message.clear_lengths_();
    return batch;
  }

  /// Waits until a consumer is attached: true, or timeout, retired, poisoned, forked, moved_from.
  /// Real time: polls with system calls.
  Waited wait_for_consumer(std::chrono::nanoseconds timeout) noexcept {
    return core_ ? core_->wait_for_consumer(timeout) : Waited(Reason::moved_from);
  }
  /// Waits until every published message has been handed to the consumer's application: true, or timeout,
  /// consumer_gone, retired, poisoned, forked, moved_from. Real time: polls with system calls.
  Waited drain(std::chrono::nanoseconds timeout) noexcept {
    return core_ ? core_->drain(timeout) : Waited(Reason::moved_from);
  }
  /// Counts of both sides, of the channel's whole life; each may be a moment old.
  /// Real time: wait-free, no system call; reads cache lines of the other side, so not for each message.
  Stats stats() const noexcept { return core_ ? core_->stats() : Stats{}; }
  /// The consumer attached last; pid 0 if there never was one. Real time: as stats().
  Peer peer() const noexcept { return core_ ? core_->peer() : Peer{}; }
  /// Whether this endpoint still works: none, or poisoned, forked, moved_from. Real time: constant.
  Reason status() const noexcept { return core_ ? core_->status() : Reason::moved_from; }
  /// What went wrong, as a sentence, when status() is poisoned or forked; else empty. Real time: no; allocates.
  std::optional<Error> fault() const { return core_ ? core_->fault() : std::nullopt; }

 private:
  using Kind = detail::MessageKind<Message>;

  Reason may_loan() noexcept { return core_ ? Kind::may_loan(*core_) : Reason::moved_from; }
  [[gnu::always_inline]] Loan<Message> loan_slot() noexcept {
    if (const Reason reason = may_loan(); reason != Reason::none) return Loan<Message>(reason);
    const detail::SlotIndex slot = core_->loan();
    return slot != detail::kNil ? Loan<Message>(*core_, slot) : Loan<Message>(core_->why_no_slot());
  }
  LoanBatch<Message> loan_slots(std::size_t count) noexcept {
    static_assert(Kind::has_fields, "FlatBuffers tables are built one at a time: use loan() for each");
    if (!core_) return LoanBatch<Message>(Reason::moved_from);
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    Reason reason = Reason::none;
    const std::uint32_t got = core_->open_batch(static_cast<std::uint32_t>(count < most ? count : most), reason);
    return got != 0 ? LoanBatch<Message>(*core_, got) : LoanBatch<Message>(reason);
  }

  detail::CoreRef<detail::ProducerCore> core_;
};

template <class Channel>
class Consumer {
 public:
  using Message = typename Channel::Message;

  /// Attaches to the channel that a producer has made, after comparing both schemas.
  /// Errors: Error: window_missing, incompatible, role_taken, invalid_name, permission_denied, untrusted_owner,
  /// not_owner, foreign_object, damaged_window, other_format, busy, system.
  /// Real time: no; allocates, maps memory and makes system calls.
  static Consumer open(const OpenOptions& options = {}) { return try_open(options).value(); }
  static Result<Consumer> try_open(const OpenOptions& options = {}) {
    auto core = detail::open(Channel::info, options, detail::construct<Message>);
    if (!core) return core.error();
    return Consumer(std::move(*core));
  }
  /// As open(), but waits up to `timeout` for a producer that is not there yet, or that will replace the outdated
  /// window of one that has ended. As in open(), another process that sets the channel up is waited for up to 2 s.
  static Consumer open_for(std::chrono::nanoseconds timeout, const OpenOptions& options = {}) {
    return try_open_for(timeout, options).value();
  }
  static Result<Consumer> try_open_for(std::chrono::nanoseconds timeout, const OpenOptions& options = {}) {
    auto core = detail::open_for(Channel::info, timeout, options, detail::construct<Message>);
    if (!core) return core.error();
    return Consumer(std::move(*core));
  }

  explicit Consumer(detail::CoreRef<detail::ConsumerCore> core) noexcept : core_(std::move(core)) {}
  Consumer(Consumer&&) noexcept = default;
  Consumer& operator=(Consumer&&) noexcept = default;

  /// Takes the next message; the slot is released with the sample.
  /// @return an empty sample: empty, closed, retired, poisoned, forked or moved_from; of order latest also contended.
  /// Errors: never throws. Real time: wait-free, of order latest lock-free; a system call only to wake a producer that
  /// sleeps, when finished slots go back with the last message in hand.
  [[gnu::always_inline]] Sample<Message> take() noexcept {
    if (!core_) return Sample<Message>(Reason::moved_from);
    detail::Looked looked{core_->take(), Reason::none};
    if (looked.taken.slot == detail::kNil) looked = core_->look_again();
    return sample(looked);
  }
  /// Takes the next message, sleeping up to `timeout` for it.
  /// @param timeout  zero or more, on CLOCK_MONOTONIC: setting the clock changes nothing.
  /// @return the message, or an empty sample: timeout, producer_gone, closed, retired, poisoned, forked, moved_from; of
  /// order latest also contended.
  /// Errors: never throws. Real time: no system call while messages are waiting; otherwise one futex wait at a time.
  Sample<Message> take_for(std::chrono::nanoseconds timeout) noexcept {
    return core_ ? sample(core_->take_for(timeout)) : Sample<Message>(Reason::moved_from);
  }

  /// Counts of both sides, of the channel's whole life; each may be a moment old.
  /// Real time: wait-free, no system call; reads cache lines of the other side, so not for each message.
  Stats stats() const noexcept { return core_ ? core_->stats() : Stats{}; }
  /// The producer attached last. Real time: as stats().
  Peer peer() const noexcept { return core_ ? core_->peer() : Peer{}; }
  /// Whether this endpoint still works: none, or poisoned, forked, moved_from. Real time: constant.
  Reason status() const noexcept { return core_ ? core_->status() : Reason::moved_from; }
  /// What went wrong, as a sentence, when status() is poisoned or forked; else empty. Real time: no; allocates.
  std::optional<Error> fault() const { return core_ ? core_->fault() : std::nullopt; }

 private:
  [[gnu::always_inline]] Sample<Message> sample(const detail::Looked& looked) noexcept {
    return looked.taken.slot != detail::kNil ? Sample<Message>(*core_, looked.taken) : Sample<Message>(looked.reason);
  }

  detail::CoreRef<detail::ConsumerCore> core_;
};

/// Both ends of a channel without a name, in one mapping: for users' unit tests, sanitizers and fuzzers.
template <class Channel>
struct InProcess {
  Producer<Channel> producer;
  Consumer<Channel> consumer;
};

/// Makes both. Errors: Error: incompatible (the program's own descriptor is cut short), shared_memory_full, system.
/// Real time: no; allocates, maps memory and makes system calls.
template <class Channel>
Result<InProcess<Channel>> try_in_process() {
  auto cores = detail::in_process(Channel::info, detail::construct<typename Channel::Message>);
  if (!cores) return cores.error();
  if (auto error = detail::MessageKind<typename Channel::Message>::set_up(*cores->producer, Channel::info)) {
    return *error;
  }
  return InProcess<Channel>{Producer<Channel>(std::move(cores->producer)),
                            Consumer<Channel>(std::move(cores->consumer))};
}
template <class Channel>
InProcess<Channel> in_process() {
  return try_in_process<Channel>().value();
}

}  // namespace sluice
