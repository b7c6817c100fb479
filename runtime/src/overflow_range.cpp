#include <sluice/detail/overflow_range.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <new>

#include "errors.hpp"

namespace sluice::detail {

namespace {

// FlatBuffers ends at 2 GiB. Its builder asks for half as much again, or for what the next vector needs, and keeps up
// to two thirds of that for its own lists: 6 GiB is more than it can ever want.
constexpr std::size_t kRangeBytes = std::size_t{6} << 30;

std::size_t whole_pages(std::size_t bytes) noexcept {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

}  // namespace

// Not usable at first, so that it counts neither as memory promised nor as memory that mlockall() would bring in.
Result<std::unique_ptr<OverflowRange>> OverflowRange::reserve(const char* channel, std::size_t usual_bytes) {
  const ChannelName name{channel, ""};
  void* const base = mmap(nullptr, kRangeBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) return system_error(name, "mmap of 6 GiB of address space", errno);
  std::unique_ptr<OverflowRange> range(new OverflowRange(static_cast<unsigned char*>(base), whole_pages(usual_bytes)));
  if (!range->make_usable(range->usual_bytes_)) return system_error(name, "mprotect", errno);
  return range;
}

OverflowRange::OverflowRange(unsigned char* base, std::size_t usual_bytes) noexcept
    : end_(base + kRangeBytes), usual_bytes_(usual_bytes) {}

OverflowRange::~OverflowRange() { munmap(end_ - kRangeBytes, kRangeBytes); }

bool OverflowRange::make_usable(std::size_t bytes) noexcept {
  if (bytes > kRangeBytes || mprotect(end_ - bytes, bytes, PROT_READ | PROT_WRITE) != 0) return false;
  usable_bytes_ = bytes;
  return true;
}

void OverflowRange::grow(std::size_t bytes) {
  if (bytes > kRangeBytes || !make_usable(whole_pages(bytes))) raise(std::bad_alloc());
}

void OverflowRange::shrink() noexcept {
  unsigned char* const base = end_ - usable_bytes_;
  const std::size_t bytes = usable_bytes_ - usual_bytes_;
  madvise(base, bytes, MADV_DONTNEED);
  if (mprotect(base, bytes, PROT_NONE) == 0) usable_bytes_ = usual_bytes_;
}

}  // namespace sluice::detail
