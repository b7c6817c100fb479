// The yardstick: the least that a queue of one producer and one consumer needs, messages written and read in place.
// Each side keeps its own index and the last that it saw of the other's in its own memory, and looks at the other's
// line only when that copy says full or empty (after P. Jayanti's and E. Rigtorp's rings). No journal, no names, no
// checks: nothing that survives a crash.
#include <atomic>
#include <new>

#include "../cases.hpp"
#include "../subjects.hpp"

namespace bench {

namespace {

template <std::size_t Depth>
struct Ring {
  static constexpr Traits traits{};
  static std::size_t arena_bytes(std::size_t bytes) { return 256 + Depth * stride(bytes); }
  static constexpr std::size_t stride(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

  struct Shared {
    alignas(128) std::atomic<std::uint64_t> written;  // by the producer: messages ever
    alignas(128) std::atomic<std::uint64_t> read;     // by the consumer
  };
  static std::byte* slots(const Link& link) { return link.arena + sizeof(Shared); }

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) : shared_(*reinterpret_cast<Shared*>(link.arena)), slots_(slots(link)) {}

    template <class Fill>
    bool try_send(Fill&& fill) {
      if (written_ - read_ == Depth) {
        read_ = shared_.read.load(std::memory_order_acquire);
        if (written_ - read_ == Depth) return false;
      }
      fill(reinterpret_cast<std::uint64_t*>(slots_ + written_ % Depth * stride(Bytes)));
      shared_.written.store(++written_, std::memory_order_release);
      return true;
    }

   private:
    Shared& shared_;
    std::byte* slots_;
    std::uint64_t written_ = 0;
    std::uint64_t read_ = 0;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link) : shared_(*reinterpret_cast<Shared*>(link.arena)), slots_(slots(link)) {}

    template <class Read>
    bool try_receive(Read&& read) {
      if (read_ == written_) {
        written_ = shared_.written.load(std::memory_order_acquire);
        if (read_ == written_) return false;
      }
      read(reinterpret_cast<const std::uint64_t*>(slots_ + read_ % Depth * stride(Bytes)));
      shared_.read.store(++read_, std::memory_order_release);
      return true;
    }

   private:
    Shared& shared_;
    std::byte* slots_;
    std::uint64_t read_ = 0;
    std::uint64_t written_ = 0;
  };
};

}  // namespace

std::vector<Subject> ring_subjects() {
  return {describe_all_sizes<Ring<64>>("ring", "minimal ring of 64", "limit"),
          describe_all_sizes<Ring<4>>("ring-4", "minimal ring of 4", "limit")};
}

}  // namespace bench
