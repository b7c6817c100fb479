// What a consumer reads when its producer is of an older minor version: private messages of its own layout.
// The consumer's endpoint owns them; the handshake tells which fields the producer does not know.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <sluice/channel_info.hpp>
#include <sluice/detail/index_stack.hpp>
#include <sluice/detail/shared_words.hpp>
#include <sluice/visibility.hpp>

namespace sluice::detail {

struct ByteRange {
  std::size_t offset;
  std::size_t size;
};

/// Private messages of the consumer's own layout, for a producer of an older minor version: what that producer
/// knows is copied over the defaults. One per slot, made at open.
class DefaultedCopies {
 public:
  /// @param copied_end  end of the older layout's fields, in bytes from the start of a message.
  /// @param unknown     fields that the older layout does not know; some may lie in bytes that it reserved.
  DefaultedCopies(const SlotPool& window, std::size_t message_bytes, std::size_t copied_end,
                  std::vector<ByteRange> unknown, Construct construct);

  /// Brings in the message in `slot`. Real time: one copy of the older layout's fields.
  SLUICE_API const void* refresh(SlotIndex slot) noexcept;

 private:
  struct FreeAligned {
    void operator()(std::byte* bytes) const noexcept;
  };

  std::byte* copy_at(std::size_t index) const noexcept { return copies_.get() + index * stride_bytes_; }

  SlotPool window_;
  std::size_t stride_bytes_;
  std::size_t copied_end_;
  std::vector<ByteRange> unknown_;
  std::unique_ptr<std::byte, FreeAligned> copies_;  // one per slot, and one that keeps its defaults
};

}  // namespace sluice::detail
