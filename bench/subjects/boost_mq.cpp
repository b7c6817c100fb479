// Boost.Interprocess message_queue of 64 messages: shared memory, a mutex and condition variables.
#include <boost/date_time/posix_time/posix_time_types.hpp>
#include <boost/interprocess/ipc/message_queue.hpp>

#include "../cases.hpp"
#include "../outbox.hpp"
#include "../subjects.hpp"

namespace bench {

namespace {

namespace ipc = boost::interprocess;

struct BoostMq {
  static constexpr Traits traits{.sleeps = true};
  static std::size_t arena_bytes(std::size_t) { return 0; }

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) {
      until("the receiver to make its queue", [&] {
        try {
          queue_ = std::make_unique<ipc::message_queue>(ipc::open_only, link.name.c_str());
          return true;
        } catch (const ipc::interprocess_exception&) {
          return false;
        }
      });
    }
    template <class Fill>
    bool try_send(Fill&& fill) {
      if (!queue_->try_send(out_.filled_by(fill).words, Bytes, 0)) return false;
      out_.done();
      return true;
    }

   private:
    std::unique_ptr<ipc::message_queue> queue_;
    Outbox<Bytes> out_;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link) : name_(link.name), queue_(ipc::create_only, name_.c_str(), 64, Bytes) {}
    ~Receiver() { ipc::message_queue::remove(name_.c_str()); }
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    template <class Read>
    bool try_receive(Read&& read) {
      ipc::message_queue::size_type got = 0;
      unsigned priority = 0;
      if (!queue_.try_receive(content_->words, Bytes, got, priority)) return false;
      read(content_->words);
      return true;
    }
    template <class Read>
    bool receive_for(Read&& read, std::chrono::milliseconds timeout) {
      namespace time = boost::posix_time;
      ipc::message_queue::size_type got = 0;
      unsigned priority = 0;
      const auto until = time::microsec_clock::universal_time() + time::milliseconds(timeout.count());
      if (!queue_.timed_receive(content_->words, Bytes, got, priority, until)) return false;
      read(content_->words);
      return true;
    }

   private:
    std::string name_;
    ipc::message_queue queue_;
    std::unique_ptr<Content<Bytes>> content_ = std::make_unique<Content<Bytes>>();
  };
};

}  // namespace

std::vector<Subject> boost_mq_subjects() {
  return {describe_all_sizes<BoostMq>("boost-mq", "Boost.Interprocess message_queue", "framework")};
}

}  // namespace bench
