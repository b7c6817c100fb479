// A file mapped read-only whose owner may cut it short at any time: instead of a SIGBUS its reader then finds zeroes,
// and was_cut(). Whoever reads a window checks each value anyway, so that zeroes are as good as any.
// The process must leave SIGBUS alone: the first mapping takes it, and passes on what is of no mapping of this kind.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

namespace sluice::tools {

struct GuardedRange;

class GuardedMapping {
 public:
  /// Maps the first `bytes` of `fd`, which may be closed then. Empty, with errno set, where that fails.
  static std::optional<GuardedMapping> map(int fd, std::size_t bytes);
  GuardedMapping(GuardedMapping&& other) noexcept : range_(std::exchange(other.range_, nullptr)) {}
  GuardedMapping& operator=(GuardedMapping other) noexcept {
    std::swap(range_, other.range_);
    return *this;
  }
  ~GuardedMapping();

  /// What a store through it does is a fault of the caller.
  std::byte* base() const noexcept;
  /// Whether something was read that the file no longer had.
  bool was_cut() const noexcept;

 private:
  explicit GuardedMapping(GuardedRange* range) noexcept : range_(range) {}

  GuardedRange* range_;
};

}  // namespace sluice::tools
