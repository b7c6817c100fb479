// Where a table is built that does not fit its slot: address space of this process, behind no heap, which becomes
// memory as far as it is used. A FlatBufferBuilder cannot be told that there is no more room, so there always is. One
// for each producer of a channel of tables; TableBuild uses it. It ends at a fixed place, since tables grow downwards.
#pragma once

#include <cstddef>
#include <memory>

#include <sluice/error.hpp>
#include <sluice/visibility.hpp>

namespace sluice::detail {

class OverflowRange {
 public:
  /// @param usual_bytes  made usable at once; more becomes so with a system call.
  SLUICE_API static Result<std::unique_ptr<OverflowRange>> reserve(const char* channel, std::size_t usual_bytes);
  OverflowRange(const OverflowRange&) = delete;
  OverflowRange& operator=(const OverflowRange&) = delete;
  SLUICE_API ~OverflowRange();

  unsigned char* end() const noexcept { return end_; }
  /// Where the last `bytes` bytes begin.
  /// Errors: std::bad_alloc where the system has no memory for them, as FlatBuffers' own allocator.
  unsigned char* last(std::size_t bytes) {
    if (bytes > usable_bytes_) grow(bytes);
    return end_ - bytes;
  }
  /// Gives the memory of an unusually large table back to the system.
  void trim() noexcept {
    if (usable_bytes_ > usual_bytes_) shrink();
  }

 private:
  OverflowRange(unsigned char* base, std::size_t usual_bytes) noexcept;
  bool make_usable(std::size_t bytes) noexcept;
  SLUICE_API void grow(std::size_t bytes);
  SLUICE_API void shrink() noexcept;

  unsigned char* end_;
  std::size_t usual_bytes_;
  std::size_t usable_bytes_ = 0;
};

}  // namespace sluice::detail
