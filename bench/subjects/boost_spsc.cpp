// Boost.Lockfree's spsc_queue, laid into shared memory: its storage is of fixed size and has no pointers. A message is
// copied in, and read in place by consume_one().
#include <boost/lockfree/spsc_queue.hpp>

#include "../built_once.hpp"
#include "../cases.hpp"
#include "../outbox.hpp"
#include "../subjects.hpp"

namespace bench {

namespace {

template <std::size_t Depth>
struct BoostSpsc {
  static constexpr Traits traits{};
  static std::size_t arena_bytes(std::size_t bytes) { return 1024 + (Depth + 1) * bytes; }

  template <std::size_t Bytes>
  using Queue = boost::lockfree::spsc_queue<Content<Bytes>, boost::lockfree::capacity<Depth>>;

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) : queue_(make_in<Queue<Bytes>>(link)) {}
    template <class Fill>
    bool try_send(Fill&& fill) {
      if (!queue_.push(out_.filled_by(fill))) return false;
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
      return queue_.consume_one([&](const Content<Bytes>& content) { read(content.words); });
    }

   private:
    Queue<Bytes>& queue_;
  };
};

}  // namespace

std::vector<Subject> boost_spsc_subjects() {
  return {describe_all_sizes<BoostSpsc<64>>("boost-spsc", "Boost.Lockfree spsc_queue of 64", "queue"),
          describe_all_sizes<BoostSpsc<4>>("boost-spsc-4", "Boost.Lockfree spsc_queue of 4", "queue")};
}

}  // namespace bench
