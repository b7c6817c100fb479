// One attached role: its lane, and all that stands behind it. The typed classes hold it through a count of
// references, so that mapping and lock live until the last handle is gone.
// The count is plain: an endpoint and its handles are used by one thread at a time.
// Real time: what is inline here makes no system call; what is not says so.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sluice/detail/bell.hpp>
#include <sluice/detail/consumer_lane.hpp>
#include <sluice/detail/defaulted_copies.hpp>
#include <sluice/detail/producer_lane.hpp>
#include <sluice/detail/window_state.hpp>
#include <sluice/error.hpp>
#include <sluice/options.hpp>
#include <sluice/reason.hpp>
#include <sluice/stats.hpp>
#include <sluice/visibility.hpp>

namespace sluice::detail {

class Attachment;  // mapping, lock and names of an endpoint (runtime/src/attachment.hpp)

/// A count of references without atomics. Deletes the endpoint, which leaves the channel, with the last one.
template <class Core>
class CoreRef {
 public:
  CoreRef() noexcept = default;
  explicit CoreRef(Core* core) noexcept : core_(core) {
    if (core_ != nullptr) ++core_->references_;
  }
  explicit CoreRef(Core& core) noexcept : core_(&core) { ++core.references_; }
  CoreRef(const CoreRef& other) noexcept : CoreRef(other.core_) {}
  CoreRef(CoreRef&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}
  CoreRef& operator=(const CoreRef&) = delete;
  CoreRef& operator=(CoreRef&& other) noexcept {
    CoreRef taken(std::move(other));
    std::swap(core_, taken.core_);
    return *this;
  }
  [[gnu::always_inline]] ~CoreRef() {
    if (core_ != nullptr && --core_->references_ == 0) leave(core_);
  }

  // Not by `= {}`: in a template, clang 14 does not destroy the temporary that it makes of the braces.
  void reset() noexcept { CoreRef dropped(std::move(*this)); }

  Core* operator->() const noexcept { return core_; }
  Core& operator*() const noexcept { return *core_; }
  explicit operator bool() const noexcept { return core_ != nullptr; }

 private:
  [[gnu::noinline]] static void leave(Core* core) noexcept { delete core; }

  Core* core_ = nullptr;
};

class ProducerCore {
 public:
  ProducerCore(std::unique_ptr<Attachment> attachment, const LaneView& view, ProducerStart start, Wait wait);
  ProducerCore(const ProducerCore&) = delete;
  ProducerCore& operator=(const ProducerCore&) = delete;
  SLUICE_API ~ProducerCore();

  /// A slot to fill, or kNil: why_no_slot() says why.
  SlotIndex loan() noexcept { return stopped_ == Reason::none ? lane_.loan() : kNil; }
  SLUICE_API Reason why_no_slot() noexcept;
  SLUICE_API Reason loan_for(SlotIndex& slot, std::chrono::nanoseconds timeout) noexcept;
  void drop(SlotIndex slot) noexcept {
    if (stopped_ == Reason::none) lane_.keep(slot);
  }
  bool publish(SlotIndex slot) noexcept {
    if (stopped_ != Reason::none) return false;
    lane_.publish(slot);
    return true;
  }

  /// Moves up to `wanted` slots into the one batch that may be open. Returns how many, or 0 and the reason.
  SLUICE_API std::uint32_t open_batch(std::uint32_t wanted, Reason& reason) noexcept;
  /// Publishes the first `publish` slots of the batch, keeps the rest, and closes it.
  SLUICE_API bool close_batch(std::uint32_t publish) noexcept;
  SlotIndex batch_slot(std::size_t at) const noexcept { return batch_[at]; }

  void* slot(SlotIndex slot) const noexcept { return slots_.base + place(slot) * slots_.stride_bytes; }

  /// What the typed door needs for each loan, of a type that it knows; it lives as long as this.
  void keep_for_loans(std::shared_ptr<void> kept) noexcept { kept_for_loans_ = std::move(kept); }
  void* kept_for_loans() const noexcept { return kept_for_loans_.get(); }

  SLUICE_API Waited wait_for_consumer(std::chrono::nanoseconds timeout) noexcept;
  SLUICE_API Waited drain(std::chrono::nanoseconds timeout) noexcept;
  SLUICE_API Stats stats() const noexcept;
  SLUICE_API Peer peer() const noexcept;
  Reason status() const noexcept { return stopped_; }
  SLUICE_API std::optional<Error> fault() const;

 private:
  friend class CoreRef<ProducerCore>;

  Reason why_no_consumer() const noexcept;

  std::uint32_t references_ = 0;
  Reason stopped_ = Reason::none;  // poisoned or forked: for good
  SlotPool slots_;
  ProducerLane<LiveMemory> lane_;
  Sleeper<LiveMemory> sleeper_;
  LaneView view_;
  Wait wait_;
  std::vector<SlotIndex> batch_;
  std::uint32_t batch_size_ = 0;
  std::shared_ptr<void> kept_for_loans_;
  std::unique_ptr<Attachment> attachment_;
};

/// A message, or why there is none.
struct Looked {
  Taken taken;
  Reason reason = Reason::none;
};

class ConsumerCore {
 public:
  ConsumerCore(std::unique_ptr<Attachment> attachment, const LaneView& view, ConsumerStart start, Wait wait,
               std::unique_ptr<DefaultedCopies> copies);
  ConsumerCore(const ConsumerCore&) = delete;
  ConsumerCore& operator=(const ConsumerCore&) = delete;
  SLUICE_API ~ConsumerCore();

  /// The next message, or none: look_again() finds one, or says why there is none.
  Taken take() noexcept { return stopped_ == Reason::none ? lane_.take() : Taken{}; }
  Looked look_again() noexcept {
    const bool is_plainly_empty =
        stopped_ == Reason::none && !lane_.has_failed() && state_in<LiveMemory>(*state_) == State::open;
    return is_plainly_empty ? Looked{{}, Reason::empty} : look_closely();
  }
  SLUICE_API Looked take_for(std::chrono::nanoseconds timeout) noexcept;
  [[gnu::always_inline]] const void* message(SlotIndex slot) noexcept {
    if (copies_) return copies_->refresh(slot);
    return slots_.base + place(slot) * slots_.stride_bytes;
  }
  void release(SlotIndex slot) noexcept {
    if (stopped_ == Reason::none) lane_.release(slot);
  }
  void count_invalid() noexcept {
    if (stopped_ == Reason::none) lane_.count_invalid();
  }

  SLUICE_API Stats stats() const noexcept;
  SLUICE_API Peer peer() const noexcept;
  Reason status() const noexcept { return stopped_; }
  SLUICE_API std::optional<Error> fault() const;
  void skip_unread() noexcept {
    lane_.skip_unread();
    if (lane_.fault()) stopped_ = Reason::poisoned;
  }

 private:
  friend class CoreRef<ConsumerCore>;

  SLUICE_API Looked look_closely() noexcept;

  std::uint32_t references_ = 0;
  Reason stopped_ = Reason::none;
  SlotPool slots_;
  ConsumerLane<LiveMemory> lane_;
  Sleeper<LiveMemory> sleeper_;
  LaneView view_;
  Wait wait_;
  const HalfWord* state_;
  bool told_closed_ = false;  // take_for says `closed` at once the first time, then waits for a successor
  std::unique_ptr<DefaultedCopies> copies_;
  std::unique_ptr<Attachment> attachment_;
};

SLUICE_API Result<CoreRef<ProducerCore>> create(const ChannelInfo& info, const CreateOptions& options,
                                                Construct construct);
SLUICE_API Result<CoreRef<ConsumerCore>> open(const ChannelInfo& info, const OpenOptions& options, Construct construct);
SLUICE_API Result<CoreRef<ConsumerCore>> open_for(const ChannelInfo& info, std::chrono::nanoseconds timeout,
                                                  const OpenOptions& options, Construct construct);

struct InProcessCores {
  CoreRef<ProducerCore> producer;
  CoreRef<ConsumerCore> consumer;
};
SLUICE_API Result<InProcessCores> in_process(const ChannelInfo& info, Construct construct);

}  // namespace sluice::detail
