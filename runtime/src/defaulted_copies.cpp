#include <cstring>
#include <new>

#include <sluice/detail/defaulted_copies.hpp>

namespace sluice::detail {

namespace {
constexpr std::align_val_t kAlignment{64};
constexpr std::size_t kValuesBegin = 16;  // behind the prefix: table, vtable and number are each layout's own
}  // namespace

void DefaultedCopies::FreeAligned::operator()(std::byte* bytes) const noexcept { ::operator delete(bytes, kAlignment); }

DefaultedCopies::DefaultedCopies(const SlotPool& window, std::size_t message_bytes, std::size_t copied_end,
                                 std::vector<ByteRange> unknown, Construct construct)
    : window_(window),
      stride_bytes_((message_bytes + 63) / 64 * 64),
      copied_end_(copied_end),
      unknown_(std::move(unknown)),
      copies_(static_cast<std::byte*>(::operator new(stride_bytes_*(window.capacity + std::size_t{1}), kAlignment))) {
  std::memset(copies_.get(), 0, stride_bytes_ * (window.capacity + std::size_t{1}));
  for (std::size_t at = 0; at <= window.capacity; ++at) construct(copy_at(at));
}

const void* DefaultedCopies::refresh(SlotIndex slot) noexcept {
  std::byte* const copy = copy_at(place(slot));
  const std::byte* const defaults = copy_at(window_.capacity);
  std::memcpy(copy + kValuesBegin, window_.base + place(slot) * window_.stride_bytes + kValuesBegin,
              copied_end_ - kValuesBegin);
  for (const ByteRange& field : unknown_) std::memcpy(copy + field.offset, defaults + field.offset, field.size);
  return copy;
}

}  // namespace sluice::detail
