// LCM, its raw messages over UDP multicast that does not leave the machine. It may lose messages: a stream counts what
// arrives, and a round trip without an answer is given up after 100 ms.
#include <lcm/lcm.h>

#include <atomic>

#include "../cases.hpp"
#include "../outbox.hpp"
#include "../subjects.hpp"

namespace bench {

namespace {

// Both directions of all runs share LCM's address; channels, which have the link's name, tell them apart.
class Bus {
 public:
  Bus() : lcm_(lcm_create("udpm://239.255.76.67:7667?ttl=0&recv_buf_size=2097152")) {
    if (lcm_ == nullptr) throw Refused("lcm: no UDP multicast on this machine");
  }
  ~Bus() { lcm_destroy(lcm_); }
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;
  lcm_t* get() const noexcept { return lcm_; }

 private:
  lcm_t* lcm_;
};

struct Lcm {
  static constexpr Traits traits{.lossless = false, .sleeps = true, .threaded = true};
  static std::size_t arena_bytes(std::size_t) { return 128; }

  static std::atomic<std::uint32_t>& subscribed(const Link& link) {
    return *reinterpret_cast<std::atomic<std::uint32_t>*>(link.arena);
  }

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) : channel_(link.name) {
      until("the receiver to subscribe", [&] { return subscribed(link).load() != 0; });
    }
    template <class Fill>
    bool try_send(Fill&& fill) {
      const std::uint64_t* const content = out_.filled_by(fill).words;
      if (lcm_publish(bus_.get(), channel_.c_str(), content, Bytes) != 0) throw Refused("lcm_publish failed");
      out_.done();
      return true;
    }

   private:
    Bus bus_;
    std::string channel_;
    Outbox<Bytes> out_;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link) {
      lcm_subscription_t* const subscription = lcm_subscribe(bus_.get(), link.name.c_str(), keep, this);
      if (subscription == nullptr) throw Refused("lcm_subscribe failed");
      lcm_subscription_set_queue_capacity(subscription, 64);
      subscribed(link).store(1);
    }
    template <class Read>
    bool try_receive(Read&& read) {
      return receive_for(read, std::chrono::milliseconds(0));
    }
    template <class Read>
    bool receive_for(Read&& read, std::chrono::milliseconds timeout) {
      words_ = nullptr;
      reader_ = [](void* to, const std::uint64_t* words) { (*static_cast<std::remove_reference_t<Read>*>(to))(words); };
      read_to_ = const_cast<void*>(static_cast<const void*>(&read));
      return lcm_handle_timeout(bus_.get(), static_cast<int>(timeout.count())) > 0 && words_ != nullptr;
    }

   private:
    static void keep(const lcm_recv_buf_t* message, const char*, void* receiver) {
      auto& self = *static_cast<Receiver*>(receiver);
      if (message->data_size != Bytes) return;
      self.words_ = static_cast<const std::uint64_t*>(message->data);
      self.reader_(self.read_to_, self.words_);
    }

    Bus bus_;
    const std::uint64_t* words_ = nullptr;
    void (*reader_)(void*, const std::uint64_t*) = nullptr;
    void* read_to_ = nullptr;
  };
};

}  // namespace

std::vector<Subject> lcm_subjects() { return {describe_all_sizes<Lcm>("lcm", "LCM, UDP multicast", "framework")}; }

}  // namespace bench
