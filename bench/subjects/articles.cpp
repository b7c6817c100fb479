// The form of the articles that Sluice comes from (C. Wellons' C11 stack, 2014; in shared memory Y. Yurovsky, 2015):
// two stacks of slots, `head` to read and `free` to fill, each pushed and popped one by one with a compare-and-swap
// on a word of tag and index. The newest message comes first; nothing survives a crash.
#include <atomic>

#include "../built_once.hpp"
#include "../cases.hpp"
#include "../subjects.hpp"

namespace bench {

namespace {

inline constexpr std::uint32_t kDepth = 64;
inline constexpr std::uint32_t kNone = 0xFFFF'FFFF;

class CasStack {
 public:
  void push(std::atomic<std::uint32_t>* links, std::uint32_t slot) noexcept {
    std::uint64_t seen = word_.load(std::memory_order_relaxed);
    do {
      links[slot].store(static_cast<std::uint32_t>(seen), std::memory_order_relaxed);
    } while (!word_.compare_exchange_weak(seen, next_tag(seen) | slot, std::memory_order_release,
                                          std::memory_order_relaxed));
  }
  std::uint32_t pop(const std::atomic<std::uint32_t>* links) noexcept {
    std::uint64_t seen = word_.load(std::memory_order_acquire);
    for (;;) {
      const auto top = static_cast<std::uint32_t>(seen);
      if (top == kNone) return kNone;
      const std::uint32_t below = links[top].load(std::memory_order_relaxed);
      if (word_.compare_exchange_weak(seen, next_tag(seen) | below, std::memory_order_acquire)) return top;
    }
  }

 private:
  static std::uint64_t next_tag(std::uint64_t word) noexcept { return ((word >> 32) + 1) << 32; }

  alignas(128) std::atomic<std::uint64_t> word_{kNone};
};

struct Pool {
  Pool() noexcept {
    for (std::uint32_t slot = 0; slot < kDepth; ++slot) free.push(links, slot);
  }
  CasStack head;
  CasStack free;
  alignas(128) std::atomic<std::uint32_t> links[kDepth];
};

struct Articles {
  static constexpr Traits traits{};
  static constexpr std::size_t stride(std::size_t bytes) { return (bytes + 63) / 64 * 64; }
  static std::size_t arena_bytes(std::size_t bytes) { return sizeof(Placed<Pool>) + kDepth * stride(bytes); }

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) : pool_(make_in<Pool>(link)), slots_(link.arena + sizeof(Placed<Pool>)) {}
    template <class Fill>
    bool try_send(Fill&& fill) {
      const std::uint32_t slot = pool_.free.pop(pool_.links);
      if (slot == kNone) return false;
      fill(reinterpret_cast<std::uint64_t*>(slots_ + slot * stride(Bytes)));
      pool_.head.push(pool_.links, slot);
      return true;
    }

   private:
    Pool& pool_;
    std::byte* slots_;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link) : pool_(await_in<Pool>(link)), slots_(link.arena + sizeof(Placed<Pool>)) {}
    template <class Read>
    bool try_receive(Read&& read) {
      const std::uint32_t slot = pool_.head.pop(pool_.links);
      if (slot == kNone) return false;
      read(reinterpret_cast<const std::uint64_t*>(slots_ + slot * stride(Bytes)));
      pool_.free.push(pool_.links, slot);
      return true;
    }

   private:
    Pool& pool_;
    std::byte* slots_;
  };
};

}  // namespace

std::vector<Subject> articles_subjects() {
  return {describe_all_sizes<Articles>("articles", "stack of the articles, single CAS", "queue")};
}

}  // namespace bench
