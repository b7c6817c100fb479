// Limits: what two cores can do at all. A bare cache line goes to and fro, alone or with the content on lines of its
// own beside it. One message at a time, so round trips only.
#include <atomic>
#include <new>

#include "../cases.hpp"
#include "../subjects.hpp"

namespace bench {

namespace {

// The flag and its number, which is all that this one carries: it is no transport of content, it is the floor.
struct BareLine {
  static constexpr Traits traits{.streams = false};
  static std::size_t arena_bytes(std::size_t) { return 128; }

  struct Shared {
    alignas(128) std::atomic<std::uint64_t> number;
  };

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) : shared_(*reinterpret_cast<Shared*>(link.arena)) {}
    template <class Fill>
    bool try_send(Fill&& fill) {
      std::uint64_t number[kWords<Bytes>];
      fill(number);
      shared_.number.store(number[0], std::memory_order_release);
      return true;
    }

   private:
    Shared& shared_;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link) : shared_(*reinterpret_cast<Shared*>(link.arena)) {}
    template <class Read>
    bool try_receive(Read&& read) {
      const std::uint64_t number = shared_.number.load(std::memory_order_acquire);
      if (number == seen_) return false;
      seen_ = number;
      read(&seen_);
      return true;
    }

   private:
    Shared& shared_;
    std::uint64_t seen_ = 0;
  };
};

struct LineAndPayload {
  static constexpr Traits traits{.streams = false};
  static std::size_t arena_bytes(std::size_t bytes) { return 128 + bytes; }

  struct Shared {
    alignas(128) std::atomic<std::uint64_t> count;
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
      return true;
    }

   private:
    Shared& shared_;
    std::uint64_t count_ = 0;
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

   private:
    Shared& shared_;
    std::uint64_t count_ = 0;
  };
};

}  // namespace

std::vector<Subject> line_subjects() {
  return {describe<BareLine, 8>("line", "bare cache line", "limit"),
          describe_all_sizes<LineAndPayload>("line-payload", "cache line and payload", "limit")};
}

}  // namespace bench
