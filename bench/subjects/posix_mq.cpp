// A POSIX message queue of 64 messages, or of 10 where the system allows no more.
#include <fcntl.h>
#include <mqueue.h>
#include <sys/resource.h>

#include "../cases.hpp"
#include "../file_descriptor.hpp"
#include "../outbox.hpp"
#include "../subjects.hpp"

namespace bench {

namespace {

// Closes it, and the receiver removes its name.
class Queue {
 public:
  Queue(const Link& link, int flags, std::size_t bytes) : name_("/" + link.name) {
    if ((flags & O_CREAT) != 0) {
      make(flags, bytes);
    } else {
      until("the receiver to make its queue", [&] { return (queue_ = mq_open(name_.c_str(), flags)) != -1; });
    }
  }
  ~Queue() {
    if (queue_ != -1) mq_close(queue_);
    if (made_) mq_unlink(name_.c_str());
  }
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  mqd_t get() const noexcept { return queue_; }

 private:
  void make(int flags, std::size_t bytes) {
    const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_MSGQUEUE, &unlimited);  // where allowed; otherwise what does not fit is refused below
    for (const long depth : {64L, 10L}) {
      mq_attr attributes{};
      attributes.mq_maxmsg = depth;
      attributes.mq_msgsize = static_cast<long>(bytes);
      queue_ = mq_open(name_.c_str(), flags, 0600, &attributes);
      if (queue_ != -1) break;
    }
    if (queue_ == -1) refuse("mq_open");
    made_ = true;
  }

  std::string name_;
  mqd_t queue_ = -1;
  bool made_ = false;
};

struct PosixQueue {
  static constexpr Traits traits{.sleeps = true};
  static std::size_t arena_bytes(std::size_t) { return 0; }

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) : queue_(link, O_WRONLY | O_NONBLOCK | O_CLOEXEC, Bytes) {}
    template <class Fill>
    bool try_send(Fill&& fill) {
      const auto* const bytes = reinterpret_cast<const char*>(out_.filled_by(fill).words);
      if (mq_send(queue_.get(), bytes, Bytes, 0) != 0 && would_wait("mq_send")) return false;
      out_.done();
      return true;
    }

   private:
    Queue queue_;
    Outbox<Bytes> out_;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link) : queue_(link, O_RDONLY | O_CREAT | O_EXCL | O_NONBLOCK | O_CLOEXEC, Bytes) {}
    template <class Read>
    bool try_receive(Read&& read) {
      if (mq_receive(queue_.get(), reinterpret_cast<char*>(content_->words), Bytes, nullptr) < 0) {
        would_wait("mq_receive");
        return false;
      }
      read(content_->words);
      return true;
    }
    template <class Read>
    bool receive_for(Read&& read, std::chrono::milliseconds timeout) {
      return try_receive(read) || (sleep_until_readable(queue_.get(), timeout) && try_receive(read));
    }

   private:
    Queue queue_;
    std::unique_ptr<Content<Bytes>> content_ = std::make_unique<Content<Bytes>>();
  };
};

}  // namespace

std::vector<Subject> posix_mq_subjects() { return {describe_all_sizes<PosixQueue>("posix-mq", "POSIX mq", "queue")}; }

}  // namespace bench
