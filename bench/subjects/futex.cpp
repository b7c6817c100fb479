// The floor of waking: a mailbox of one message whose receiver sleeps on a shared futex whenever it finds nothing, and
// whose sender always wakes it. No look whether anybody sleeps, no name, no care for a dead peer.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <ctime>

#include "../cases.hpp"
#include "../subjects.hpp"

namespace bench {

namespace {

struct Futex {
  static constexpr Traits traits{.sleeps = true, .streams = false};
  static std::size_t arena_bytes(std::size_t bytes) { return 128 + bytes; }

  struct Shared {
    alignas(128) std::atomic<std::uint32_t> count;
    alignas(128) std::uint64_t words[1];  // the first of as many as the content has
  };

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) : shared_(*reinterpret_cast<Shared*>(link.arena)) {}
    template <class Fill>
    bool try_send(Fill&& fill) {
      fill(&shared_.words[0]);
      shared_.count.store(++count_, std::memory_order_release);
      syscall(SYS_futex, &shared_.count, FUTEX_WAKE, 1, nullptr, nullptr, 0);
      return true;
    }

   private:
    Shared& shared_;
    std::uint32_t count_ = 0;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link) : shared_(*reinterpret_cast<Shared*>(link.arena)) {}
    template <class Read>
    bool try_receive(Read&& read) {
      if (shared_.count.load(std::memory_order_acquire) == count_) return false;
      ++count_;
      read(&shared_.words[0]);
      return true;
    }
    template <class Read>
    bool receive_for(Read&& read, std::chrono::milliseconds timeout) {
      const timespec relative{0, static_cast<long>(std::chrono::nanoseconds(timeout).count())};
      while (!try_receive(read)) {
        if (syscall(SYS_futex, &shared_.count, FUTEX_WAIT, count_, &relative, nullptr, 0) == 0) continue;
        if (errno == ETIMEDOUT) return false;
      }
      return true;
    }

   private:
    Shared& shared_;
    std::uint32_t count_ = 0;
  };
};

}  // namespace

std::vector<Subject> futex_subjects() { return {describe<Futex, 48>("futex", "mailbox and raw futex", "limit")}; }

}  // namespace bench
