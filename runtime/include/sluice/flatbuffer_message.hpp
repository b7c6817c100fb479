// Messages that are FlatBuffers tables of the user's own schema: built in place by FlatBuffers' builder, verified by
// its verifier before they are read. Generated headers of such channels include this; Producer and Consumer are those
// of channel.hpp, what they hand out is here.
// A slot is a FlatBuffer of Sluice's kind whose one field holds the table: docs/window-format.md. It has two vtables,
// with and without that field, since FlatBuffers allows no empty one; publishing switches from the second to the first.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <sluice/channel.hpp>
#include <sluice/detail/overflow_range.hpp>
#include <sluice/detail/table_build.hpp>

namespace sluice {

/// What a consumer does before it reads a table.
enum class Verify : std::uint8_t {
  each,   ///< has FlatBuffers' verifier look at each table
  never,  ///< looks at offset and length only: for a producer that is trusted with everything
};

namespace detail {

/// A table in a slot, and how far from the region's base it begins.
struct TablePlace {
  const unsigned char* region = nullptr;
  std::size_t begin = 0;
  std::size_t size = 0;

  const unsigned char* data() const noexcept { return region + begin; }
};

// What FlatBuffers' verifier visits: a table that is referred to from many places counts each time.
inline flatbuffers::uoffset_t most_tables(std::size_t bytes) noexcept {
  constexpr std::size_t least = 64;
  constexpr std::size_t most = 1'000'000;
  constexpr std::size_t reference_bytes = 4;
  return static_cast<flatbuffers::uoffset_t>(std::clamp(bytes / reference_bytes, least, most));
}

/// From the region's base, which is aligned, so that the alignment of every value is looked at too.
template <class Root>
bool verify_table(const TablePlace& place) noexcept {
  constexpr flatbuffers::uoffset_t max_depth = 64;
  flatbuffers::Verifier verifier(place.region, place.begin + place.size, max_depth, most_tables(place.size));
  return verifier.VerifyBufferFromStart<Root>(nullptr, place.begin);
}

}  // namespace detail

/// A slot of a channel of tables. Generated code names it; programs meet Loan and Sample.
template <class RootTable, std::uint32_t MaxBytes, Verify How>
class alignas(32) TableMessage {
 public:
  using Root = RootTable;
  static constexpr std::uint32_t max_bytes = MaxBytes;
  static constexpr Verify verify = How;

  TableMessage() noexcept {}
  TableMessage(const TableMessage&) = delete;
  TableMessage& operator=(const TableMessage&) = delete;

  /// Takes the table away: the slot is a valid FlatBuffer while a new one is built.
  void clear_() noexcept { vtable_distance_ = kWithoutTable; }
  detail::TableRegion region_() noexcept { return {bytes_, kRegionBytes}; }
  /// Tells where the table is that ends with the region; hold_() then makes it the slot's.
  void place_(std::size_t size) noexcept {
    const auto length_at = static_cast<std::uint32_t>(kRegionEnd - size - sizeof(std::uint32_t));
    const auto length = static_cast<std::uint32_t>(size);
    std::memcpy(reinterpret_cast<unsigned char*>(this) + length_at, &length, sizeof length);
    table_distance_ = length_at - kTableFieldAt;
  }
  void hold_() noexcept { vtable_distance_ = kWithTable; }

  /// Where the table is; its region is null where there is none. What another process may write is read once.
  detail::TablePlace find_() const noexcept {
    if (__atomic_load_n(&vtable_distance_, __ATOMIC_RELAXED) != kWithTable) return {};
    const std::size_t length_at = std::size_t{kTableFieldAt} + __atomic_load_n(&table_distance_, __ATOMIC_RELAXED);
    const std::size_t begin = length_at + sizeof(std::uint32_t);
    if (begin < kRegionAt || begin > kRegionEnd || begin % alignof(std::uint32_t) != 0) return {};
    const auto* const word =
        reinterpret_cast<const std::uint32_t*>(reinterpret_cast<const unsigned char*>(this) + length_at);
    const std::size_t size = __atomic_load_n(word, __ATOMIC_RELAXED);
    if (size < kLeastTableBytes || size > kRegionEnd - begin) return {};
    return {bytes_, begin - kRegionAt, size};
  }

 private:
  static constexpr std::uint32_t kTableAt = 4;
  static constexpr std::uint32_t kTableFieldAt = 16;
  static constexpr std::uint32_t kRegionAt = 32;
  static constexpr std::uint32_t kRegionBytes = (MaxBytes + 31) / 32 * 32;
  static constexpr std::uint32_t kRegionEnd = kRegionAt + kRegionBytes;
  static constexpr std::uint16_t kInlineBytes = 16;
  static constexpr std::int32_t kWithTable =
      static_cast<std::int32_t>(kTableAt) - static_cast<std::int32_t>(kRegionEnd);
  static constexpr std::int32_t kWithoutTable = kWithTable - 8;
  static constexpr std::size_t kLeastTableBytes = 12;  // of a table without fields

  std::uint32_t table_offset_ = kTableAt;
  std::int32_t vtable_distance_ = kWithoutTable;
  std::uint64_t sluice_seq_ = 0;
  std::uint32_t table_distance_ = 0;  // from here to the table's length, which stands right before it
  std::uint32_t pad_[3] = {};
  unsigned char bytes_[kRegionBytes];  // old bytes may stand before the table: no more than a reader can see anyway
  std::uint16_t with_table_[4] = {8, kInlineBytes, 8 - kTableAt, kTableFieldAt - kTableAt};
  std::uint16_t without_table_[3] = {6, kInlineBytes, 8 - kTableAt};
};

namespace detail {

template <class Root, std::uint32_t MaxBytes, Verify How>
struct MessageKind<TableMessage<Root, MaxBytes, How>> {
  using Message = TableMessage<Root, MaxBytes, How>;

  static_assert(std::is_standard_layout_v<Message> && std::is_trivially_destructible_v<Message>);

  static constexpr bool has_fields = false;

  static std::optional<Error> set_up(ProducerCore& core, const ChannelInfo& info) {
    // A builder that leaves the slot asks for half as much again, perhaps twice.
    const std::size_t usual_bytes = sizeof(Message) * 9 / 4 + 4096;
    auto overflow = OverflowRange::reserve(info.name, usual_bytes);
    if (!overflow) return overflow.error();
    core.keep_for_loans(std::make_shared<TableBuild>(std::move(*overflow)));
    return std::nullopt;
  }
  static Reason may_loan(ProducerCore& core) noexcept {
    return build(core).is_open() ? Reason::building : Reason::none;
  }
  static TableBuild& build(ProducerCore& core) noexcept { return *static_cast<TableBuild*>(core.kept_for_loans()); }
  static void set_defaults(Loan<Message>&) noexcept {}
};

}  // namespace detail

/// A slot to build a table in. One table is built at a time: the next loan() needs this one finished or dropped.
template <class Root, std::uint32_t MaxBytes, Verify How>
class [[nodiscard]] Loan<TableMessage<Root, MaxBytes, How>> {
  using Message = TableMessage<Root, MaxBytes, How>;

 public:
  Loan() noexcept = default;
  explicit Loan(Reason reason) noexcept : reason_(reason) {}
  Loan(detail::ProducerCore& core, detail::SlotIndex slot) noexcept
      : core_(core), slot_(slot), state_(State::building), reason_(Reason::none) {
    message_ = static_cast<Message*>(core_->slot(slot_));
    message_->clear_();
    build().begin(message_->region_());
  }
  Loan(Loan&& other) noexcept { take_over(other); }
  Loan& operator=(Loan&& other) noexcept {
    if (this == &other) return *this;
    drop();
    take_over(other);
    return *this;
  }
  ~Loan() { drop(); }

  explicit operator bool() const noexcept { return message_ != nullptr; }
  /// Why this loan is empty: full, building, retired, poisoned, forked or moved_from; of loan_for() also timeout,
  /// consumer_gone. Of one that is not empty: too_large or unfinished if finish() said false, else none.
  Reason reason() const noexcept { return reason_; }

  /// FlatBuffers' builder, whose buffer is the slot. Not for use after finish().
  /// Errors: none of too little room: what does not fit goes elsewhere, until finish() says so. std::bad_alloc where
  /// the machine has no memory for it; FlatBuffers itself ends at 2 GiB, with an assertion.
  /// Real time: no heap, unless CreateSharedString is called, which keeps a set of strings. No system call while the
  /// table takes little more than it may.
  flatbuffers::FlatBufferBuilder& builder() const noexcept {
    assert(state_ == State::building && "an empty loan, or one whose table is finished");
    return build().builder();
  }
  /// Makes `root` the message. False if the table has more than max_bytes bytes (reason() too_large), or if it is
  /// not complete (unfinished); then nothing can be published of this loan.
  /// @param file_identifier  four characters, as FlatBuffers' Finish takes them; none by default.
  /// Errors: as builder(). Real time: one copy of the table if it did not fit the slot while it was built, else none.
  bool finish(flatbuffers::Offset<Root> root, const char* file_identifier = nullptr) {
    if (state_ != State::building) return state_ == State::finished;
    build().close(root.o, file_identifier);
    return finish();
  }
  /// The same for a builder that generated code has finished: FinishPoseBuffer(loan.builder(), pose).
  bool finish() noexcept {
    if (state_ != State::building) return state_ == State::finished;
    std::size_t size = 0;
    reason_ = build().finish(MaxBytes, size);
    state_ = reason_ == Reason::none ? State::finished : State::failed;
    if (state_ == State::finished) message_->place_(size);
    return state_ == State::finished;
  }

  /// Makes the table the channel's newest message; the loan is empty afterwards. False, and nothing happens, if it
  /// was empty or has no finished table, or the endpoint is poisoned or forked.
  /// Errors: never throws. Real time: wait-free; a system call only to wake a consumer that sleeps.
  bool publish() noexcept {
    if (state_ == State::building) reason_ = Reason::unfinished;
    if (state_ != State::finished) return false;
    message_->hold_();
    const bool published = core_->publish(slot_);
    let_go();
    return published;
  }

 private:
  enum class State : std::uint8_t { empty, building, finished, failed };

  detail::TableBuild& build() const noexcept { return detail::MessageKind<Message>::build(*core_); }
  void take_over(Loan& other) noexcept {
    core_ = std::move(other.core_);
    slot_ = other.slot_;
    message_ = std::exchange(other.message_, nullptr);
    state_ = std::exchange(other.state_, State::empty);
    reason_ = std::exchange(other.reason_, Reason::moved_from);
  }
  void drop() noexcept {
    if (message_ == nullptr) return;
    if (state_ == State::building) build().abandon();
    core_->drop(slot_);
    let_go();
  }
  void let_go() noexcept {
    core_.reset();
    message_ = nullptr;
    state_ = State::empty;
    reason_ = Reason::moved_from;
  }

  detail::CoreRef<detail::ProducerCore> core_;
  detail::SlotIndex slot_ = detail::kNil;
  Message* message_ = nullptr;
  State state_ = State::empty;
  Reason reason_ = Reason::moved_from;
};

/// A message to read. Its slot goes back to the producer when the sample is released or destroyed.
template <class Root, std::uint32_t MaxBytes, Verify How>
class [[nodiscard]] Sample<TableMessage<Root, MaxBytes, How>>
    : public detail::SampleBase<TableMessage<Root, MaxBytes, How>> {
  using Base = detail::SampleBase<TableMessage<Root, MaxBytes, How>>;

 public:
  using Base::Base;

  /// Why this sample is empty: empty, timeout, producer_gone, closed, retired, poisoned, forked or moved_from, of order
  /// latest also contended; of one that is not: invalid if table() has found none to read, else none.
  Reason reason() const noexcept { return Base::reason_; }

  /// The table, or null if there is none to read: the sample is empty, or FlatBuffers' verifier refuses what is in the
  /// slot (reason() invalid; stats() counts it). The channel goes on either way.
  /// Who may write the window may change the table after it was verified: copy_to() is for producers not trusted so
  /// far. Real time: verifies with the first call, in time that grows with the table (verify: never: constant).
  const Root* table() const noexcept {
    if (Base::message_ == nullptr) return nullptr;
    if (!is_looked_at_) look();
    return root_;
  }
  /// The table's bytes, for recording or sending; none where table() is null.
  Bytes bytes() const noexcept {
    if (table() == nullptr) return {nullptr, 0};
    return {place_.data(), place_.size};
  }
  /// Copies the table's bytes, then verifies the copy, which nobody else can change.
  /// flatbuffers::GetRoot<Root>(mine.data()) reads it. False, and `mine` is empty, if there is no valid table.
  /// Real time: no; `mine` allocates unless it has room.
  bool copy_to(std::vector<std::uint8_t>& mine) const {
    mine.clear();
    const detail::TablePlace place = Base::message_ != nullptr ? Base::message_->find_() : detail::TablePlace{};
    if (place.region == nullptr) return false;
    mine.assign(place.data(), place.data() + place.size);
    if (detail::verify_table<Root>({mine.data(), 0, mine.size()})) return true;
    mine.clear();
    return false;
  }

 private:
  void look() const noexcept {
    is_looked_at_ = true;
    place_ = Base::message_->find_();
    const bool is_valid = place_.region != nullptr && (How == Verify::never || detail::verify_table<Root>(place_));
    if (is_valid) {
      root_ = flatbuffers::GetRoot<Root>(place_.data());
    } else {
      Base::reason_ = Reason::invalid;
      Base::core_->count_invalid();
    }
  }

  // What the first look found; means nothing in a sample that has become empty.
  mutable const Root* root_ = nullptr;
  mutable detail::TablePlace place_;
  mutable bool is_looked_at_ = false;
};

}  // namespace sluice
