// M. Egorushkin's atomic_queue in shared memory, in its form for one producer, one consumer and elements of any size.
// A message is copied in and out.
#include <atomic_queue/atomic_queue.h>

#include "../built_once.hpp"
#include "../cases.hpp"
#include "../outbox.hpp"
#include "../subjects.hpp"

namespace bench {

namespace {

template <unsigned Depth>
struct AtomicQueue {
  static constexpr Traits traits{};

  // minimise contention, maximise throughput, no total order, one producer and one consumer
  template <std::size_t Bytes>
  using Queue = atomic_queue::AtomicQueue2<Content<Bytes>, Depth, true, true, false, true>;

  static std::size_t arena_bytes(std::size_t bytes) { return 2048 + Depth * bytes; }

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) : queue_(make_in<Queue<Bytes>>(link)) {}
    template <class Fill>
    bool try_send(Fill&& fill) {
      if (!queue_.try_push(out_.filled_by(fill))) return false;
      out_.done();
      return true;
    }

   private:
    Queue<Bytes>& queue_;
    Outbox<Bytes> out_;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link) : queue_(await_in<Queue<Bytes>>(link)) {}
    template <class Read>
    bool try_receive(Read&& read) {
      if (!queue_.try_pop(*content_)) return false;
      read(content_->words);
      return true;
    }

   private:
    Queue<Bytes>& queue_;
    std::unique_ptr<Content<Bytes>> content_ = std::make_unique<Content<Bytes>>();
  };
};

}  // namespace

std::vector<Subject> atomic_queue_subjects() {
  return {describe_all_sizes<AtomicQueue<64>>("atomic-queue", "atomic_queue of 64", "queue"),
          describe_all_sizes<AtomicQueue<4>>("atomic-queue-4", "atomic_queue of 4", "queue")};
}

}  // namespace bench
