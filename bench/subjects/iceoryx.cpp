// iceoryx 2: chunks of shared memory, loaned and read in place, queue of 64, a publisher that waits for its
// subscriber. Its daemon iox-roudi must be running, with pools as in bench/roudi.toml.
#include <unistd.h>

#include <iceoryx_hoofs/log/logmanager.hpp>
#include <iceoryx_posh/popo/untyped_publisher.hpp>
#include <iceoryx_posh/popo/untyped_subscriber.hpp>
#include <iceoryx_posh/popo/wait_set.hpp>
#include <iceoryx_posh/runtime/posh_runtime.hpp>

#include "../cases.hpp"
#include "../subjects.hpp"

namespace bench {

namespace {

iox::cxx::string<100> text(const std::string& from) { return {iox::cxx::TruncateToCapacity, from}; }

iox::capro::ServiceDescription service_of(const Link& link) { return {"bench", "link", text(link.name)}; }

// Once a process. Without a daemon iceoryx would wait for one for a minute.
void connect(const Link& link) {
  static const bool done = [&] {
    if (access("/tmp/roudi", F_OK) != 0) throw Refused("its daemon iox-roudi is not running");
    iox::log::LogManager::GetLogManager().SetDefaultLogLevel(iox::log::LogLevel::kWarn,
                                                             iox::log::LogLevelOutput::kHideLogLevel);
    iox::runtime::PoshRuntime::initRuntime(text("p" + std::to_string(getpid()) + link.name));
    return true;
  }();
  static_cast<void>(done);
}

struct Iceoryx {
  static constexpr Traits traits{.sleeps = true};
  static std::size_t arena_bytes(std::size_t) { return 0; }

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) {
      connect(link);
      iox::popo::PublisherOptions options;
      options.subscriberTooSlowPolicy = iox::popo::ConsumerTooSlowPolicy::WAIT_FOR_CONSUMER;
      publisher_ = std::make_unique<iox::popo::UntypedPublisher>(service_of(link), options);
      until("a subscriber", [&] { return publisher_->hasSubscribers(); });
    }
    template <class Fill>
    bool try_send(Fill&& fill) {
      auto loaned = publisher_->loan(Bytes);
      if (loaned.has_error()) throw Refused("iceoryx: no chunk; are the daemon's pools those of bench/roudi.toml?");
      fill(static_cast<std::uint64_t*>(loaned.value()));
      publisher_->publish(loaned.value());
      return true;
    }

   private:
    std::unique_ptr<iox::popo::UntypedPublisher> publisher_;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link) {
      connect(link);
      iox::popo::SubscriberOptions options;
      options.queueCapacity = 64;
      options.queueFullPolicy = iox::popo::QueueFullPolicy::BLOCK_PRODUCER;
      subscriber_ = std::make_unique<iox::popo::UntypedSubscriber>(service_of(link), options);
      until("a publisher", [&] { return subscriber_->getSubscriptionState() == iox::SubscribeState::SUBSCRIBED; });
    }
    template <class Read>
    bool try_receive(Read&& read) {
      auto taken = subscriber_->take();
      if (taken.has_error()) return false;
      read(static_cast<const std::uint64_t*>(taken.value()));
      subscriber_->release(taken.value());
      return true;
    }
    template <class Read>
    bool receive_for(Read&& read, std::chrono::milliseconds timeout) {
      if (!waits_) attach();
      if (try_receive(read)) return true;
      waits_->timedWait(iox::units::Duration::fromMilliseconds(timeout.count()));
      return try_receive(read);
    }

   private:
    void attach() {
      waits_ = std::make_unique<iox::popo::WaitSet<1>>();
      const auto attached = waits_->attachState(*subscriber_, iox::popo::SubscriberState::HAS_DATA);
      if (attached.has_error()) throw Refused("iceoryx: the subscriber cannot be waited for");
    }

    std::unique_ptr<iox::popo::UntypedSubscriber> subscriber_;
    std::unique_ptr<iox::popo::WaitSet<1>> waits_;
  };
};

}  // namespace

std::vector<Subject> iceoryx_subjects() { return {describe_all_sizes<Iceoryx>("iceoryx", "iceoryx 2", "framework")}; }

}  // namespace bench
