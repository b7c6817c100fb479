// A FlatBuffers table while it is built: in its slot, or where it does not fit there, in the producer's overflow range.
// FlatBufferBuilder writes downwards from the end of its buffer and keeps lists of its own at the beginning, so a table
// may not fit in place although it does when it is finished: then finish() copies it into the slot.
// One for each producer, so one table is built at a time. Loan of flatbuffer_message.hpp drives it.
// Real time: no heap. A table that leaves the slot touches memory of the overflow range, which may fault pages in.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include <sluice/detail/overflow_range.hpp>
#include <sluice/reason.hpp>

namespace sluice::detail {

/// The bytes of a slot that a table may fill; the table ends where they end.
struct TableRegion {
  unsigned char* base = nullptr;
  std::size_t bytes = 0;
  unsigned char* end() const noexcept { return base + bytes; }
};

class TableAllocator final : public flatbuffers::Allocator {
 public:
  explicit TableAllocator(std::unique_ptr<OverflowRange> overflow) noexcept : overflow_(std::move(overflow)) {}

  /// What is allocated from here on lies in `region`, as far as it fits.
  void aim_at(const TableRegion& region) noexcept {
    overflow_->trim();
    region_ = region;
    has_failed_ = false;
  }
  /// A builder that met std::bad_alloc knows its own size no more: nothing can be finished of it.
  bool has_failed() const noexcept { return has_failed_; }

  std::uint8_t* allocate(std::size_t size) override {
    return size <= region_.bytes ? region_.end() - size : overflow(size);
  }
  void deallocate(std::uint8_t*, std::size_t) override {}
  std::uint8_t* reallocate_downward(std::uint8_t* old_p, std::size_t old_size, std::size_t new_size,
                                    std::size_t in_use_back, std::size_t in_use_front) override {
    std::uint8_t* const new_p = overflow(new_size);
    const std::uint8_t* const old_end = old_p + old_size;
    if (old_end != overflow_->end()) std::memcpy(overflow_->end() - in_use_back, old_end - in_use_back, in_use_back);
    std::memmove(new_p, old_p, in_use_front);
    return new_p;
  }

 private:
  std::uint8_t* overflow(std::size_t size) {
    if (has_failed_) raise(std::bad_alloc());
    has_failed_ = true;  // unless the next line returns
    std::uint8_t* const begin = overflow_->last(size);
    has_failed_ = false;
    return begin;
  }

  std::unique_ptr<OverflowRange> overflow_;
  TableRegion region_;
  bool has_failed_ = false;
};

/// Its state shows, so that a table which is left open is told from one that is done.
class TableBuilder : public flatbuffers::FlatBufferBuilder {
 public:
  TableBuilder(std::size_t first_bytes, flatbuffers::Allocator* allocator)
      : FlatBufferBuilder(first_bytes, allocator, false) {}

  bool is_nested() const noexcept { return nested; }
  bool is_finished() const noexcept { return finished; }
};

class TableBuild {
 public:
  explicit TableBuild(std::unique_ptr<OverflowRange> overflow) : allocator_(std::move(overflow)) { rest(); }
  TableBuild(const TableBuild&) = delete;
  TableBuild& operator=(const TableBuild&) = delete;

  /// Whether a table is being built: no other one may begin.
  bool is_open() const noexcept { return region_.base != nullptr; }
  void begin(const TableRegion& region) noexcept {
    region_ = region;
    allocator_.aim_at(region);
    builder_.emplace(region.bytes, &allocator_);
  }
  flatbuffers::FlatBufferBuilder& builder() noexcept { return *builder_; }

  /// Makes `root` the finished table's root. False: a table is still open, or `root` is not of this builder.
  bool close(flatbuffers::uoffset_t root, const char* file_identifier) {
    if (allocator_.has_failed()) return false;
    if (builder_->is_finished()) return true;
    if (builder_->is_nested() || root == 0 || root > builder_->GetSize()) return false;
    builder_->Finish(flatbuffers::Offset<void>(root), file_identifier);
    return true;
  }
  /// Brings the finished table to the end of its region, and ends the build.
  Reason finish(std::size_t max_bytes, std::size_t& size) noexcept {
    Reason reason = Reason::none;
    if (allocator_.has_failed() || !builder_->is_finished()) {
      reason = Reason::unfinished;
    } else if (builder_->GetSize() > max_bytes) {
      reason = Reason::too_large;
    } else {
      size = builder_->GetSize();
      unsigned char* const to = region_.end() - size;
      const unsigned char* const from = builder_->GetBufferPointer();
      if (from != to) std::memmove(to, from, size);
    }
    rest();
    return reason;
  }
  void abandon() noexcept { rest(); }

 private:
  // A builder that somebody still holds writes where it hurts nobody.
  void rest() noexcept {
    region_ = {};
    allocator_.aim_at({});
    builder_.emplace(kFirstBytesAtRest, &allocator_);
  }

  static constexpr std::size_t kFirstBytesAtRest = 1024;

  TableAllocator allocator_;
  std::optional<TableBuilder> builder_;
  TableRegion region_;
};

}  // namespace sluice::detail
