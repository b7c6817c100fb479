// ZeroMQ, PUSH to PULL over ipc://, a high-water mark of 64 on either end. The content is written into ZeroMQ's own
// message and summed in the received one.
#include <zmq.h>

#include "../cases.hpp"
#include "../file_descriptor.hpp"
#include "../subjects.hpp"

namespace bench {

namespace {

class Socket {
 public:
  Socket(const Link& link, int type) : context_(zmq_ctx_new()), socket_(zmq_socket(context_, type)) {
    const int depth = 64, none = 0, yes = 1;
    zmq_setsockopt(socket_, ZMQ_IMMEDIATE, &yes, sizeof yes);      // no room before there is a connection
    zmq_setsockopt(socket_, ZMQ_RECONNECT_IVL, &yes, sizeof yes);  // try again after 1 ms
    zmq_setsockopt(socket_, ZMQ_SNDHWM, &depth, sizeof depth);
    zmq_setsockopt(socket_, ZMQ_RCVHWM, &depth, sizeof depth);
    zmq_setsockopt(socket_, ZMQ_LINGER, &none, sizeof none);
    const std::string address = "ipc://" + link.path();
    const int code = type == ZMQ_PULL ? zmq_bind(socket_, address.c_str()) : zmq_connect(socket_, address.c_str());
    if (code != 0) throw Refused("zmq: " + std::string(zmq_strerror(zmq_errno())));
  }
  ~Socket() {
    zmq_close(socket_);
    zmq_ctx_term(context_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  void* get() const noexcept { return socket_; }

 private:
  void* context_;
  void* socket_;
};

struct ZeroMq {
  static constexpr Traits traits{.sleeps = true, .threaded = true};
  static std::size_t arena_bytes(std::size_t) { return 0; }

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) : socket_(link, ZMQ_PUSH) {
      zmq_pollitem_t item{socket_.get(), 0, ZMQ_POLLOUT, 0};
      until("a connection", [&] { return zmq_poll(&item, 1, 0) > 0; });
    }
    template <class Fill>
    bool try_send(Fill&& fill) {
      if (!filled_) {
        if (zmq_msg_init_size(&message_, Bytes) != 0) throw Refused("zmq: no memory");
        fill(static_cast<std::uint64_t*>(zmq_msg_data(&message_)));
        filled_ = true;
      }
      if (zmq_msg_send(&message_, socket_.get(), ZMQ_DONTWAIT) < 0 && would_wait("zmq_msg_send")) return false;
      filled_ = false;
      return true;
    }

   private:
    Socket socket_;
    zmq_msg_t message_;
    bool filled_ = false;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link) : socket_(link, ZMQ_PULL) { zmq_msg_init(&message_); }
    ~Receiver() { zmq_msg_close(&message_); }
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    template <class Read>
    bool try_receive(Read&& read) {
      if (zmq_msg_recv(&message_, socket_.get(), ZMQ_DONTWAIT) < 0 && would_wait("zmq_msg_recv")) return false;
      if (zmq_msg_size(&message_) != Bytes) throw Refused("zmq: a message was cut short");
      read(static_cast<const std::uint64_t*>(zmq_msg_data(&message_)));
      return true;
    }
    template <class Read>
    bool receive_for(Read&& read, std::chrono::milliseconds timeout) {
      zmq_pollitem_t item{socket_.get(), 0, ZMQ_POLLIN, 0};
      return try_receive(read) || (zmq_poll(&item, 1, timeout.count()) > 0 && try_receive(read));
    }

   private:
    Socket socket_;
    zmq_msg_t message_;
  };
};

}  // namespace

std::vector<Subject> zeromq_subjects() { return {describe_all_sizes<ZeroMq>("zeromq", "ZeroMQ, ipc", "framework")}; }

}  // namespace bench
