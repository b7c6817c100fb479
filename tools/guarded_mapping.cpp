#include "guarded_mapping.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace sluice::tools {

// One mapping. Entries are never freed, since a signal may come at any time: those of ended mappings are used again.
struct GuardedRange {
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::size_t> bytes{0};  // 0: free
  std::atomic<bool> cut{false};
  GuardedRange* next = nullptr;

  bool covers(std::uintptr_t address) const noexcept {
    const std::uintptr_t from = begin.load();
    return address >= from && address - from < bytes.load();
  }
};

namespace {

std::atomic<GuardedRange*> ranges{nullptr};
std::uintptr_t page_bytes = 4096;

GuardedRange* range_at(std::uintptr_t address) noexcept {
  for (GuardedRange* range = ranges.load(); range != nullptr; range = range->next) {
    if (range->covers(address)) return range;
  }
  return nullptr;
}

// Puts a page of zeroes where the file has none any more; the read that failed is then made again.
bool fill(std::uintptr_t address) noexcept {
  GuardedRange* const range = range_at(address);
  if (range == nullptr) return false;
  range->cut = true;
  void* const page = reinterpret_cast<void*>(address / page_bytes * page_bytes);
  return mmap(page, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page;
}

void on_sigbus(int, siginfo_t* info, void*) {
  const int before = errno;
  if (!fill(reinterpret_cast<std::uintptr_t>(info->si_addr))) signal(SIGBUS, SIG_DFL);  // and it comes again
  errno = before;
}

void take_sigbus() {
  page_bytes = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  struct sigaction action {};
  action.sa_sigaction = on_sigbus;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &action, nullptr);
}

GuardedRange* free_range() {
  static const bool taken = (take_sigbus(), true);
  static_cast<void>(taken);
  for (GuardedRange* range = ranges.load(); range != nullptr; range = range->next) {
    if (range->bytes.load() == 0) return range;
  }
  auto* const range = new GuardedRange;
  range->next = ranges.load();
  ranges = range;
  return range;
}

}  // namespace

std::optional<GuardedMapping> GuardedMapping::map(int fd, std::size_t bytes) {
  void* const base = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, fd, 0);
  if (base == MAP_FAILED) return std::nullopt;
  GuardedRange* const range = free_range();
  range->cut = false;
  range->begin = reinterpret_cast<std::uintptr_t>(base);
  range->bytes = bytes;
  return GuardedMapping(range);
}

GuardedMapping::~GuardedMapping() {
  if (range_ == nullptr) return;
  const std::size_t bytes = range_->bytes.exchange(0);
  munmap(base(), bytes);
}

std::byte* GuardedMapping::base() const noexcept { return reinterpret_cast<std::byte*>(range_->begin.load()); }

bool GuardedMapping::was_cut() const noexcept { return range_->cut; }

}  // namespace sluice::tools
