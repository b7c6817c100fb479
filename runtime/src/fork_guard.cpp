#include "fork_guard.hpp"

#include <pthread.h>

#include <new>

namespace sluice::detail {

// One list for the process. The mutex is taken around fork(), so that the child finds the list whole.
class ForkRegistry {
 public:
  static ForkRegistry& instance() {
    static ForkRegistry* const registry = new ForkRegistry;  // never destroyed: endpoints may outlive statics
    return *registry;
  }

  std::mutex& mutex() noexcept { return mutex_; }

  void add(ForkAware& entry) noexcept {
    entry.next_ = first_;
    if (first_ != nullptr) first_->previous_ = &entry;
    first_ = &entry;
  }
  void remove(ForkAware& entry) noexcept {
    if (entry.next_ != nullptr) entry.next_->previous_ = entry.previous_;
    (entry.previous_ != nullptr ? entry.previous_->next_ : first_) = entry.next_;
  }

 private:
  ForkRegistry() {
    pthread_atfork([] { instance().mutex_.lock(); }, [] { instance().mutex_.unlock(); }, [] { instance().in_child(); });
  }

  void in_child() noexcept {
    for (ForkAware* entry = first_; entry != nullptr; entry = entry->next_) entry->in_forked_child();
    mutex_.unlock();
  }

  std::mutex mutex_;
  ForkAware* first_ = nullptr;
};

ForkPause::ForkPause() : held_(ForkRegistry::instance().mutex()) {}

ForkAware::ForkAware(const ForkPause&) { ForkRegistry::instance().add(*this); }

ForkAware::~ForkAware() {
  const ForkPause pause;
  ForkRegistry::instance().remove(*this);
}

}  // namespace sluice::detail
