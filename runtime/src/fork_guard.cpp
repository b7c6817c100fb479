#include "fork_guard.hpp"

#include <pthread.h>

namespace sluice::detail {

// One list for the process. The mutex is taken around fork(), so that the child finds the list whole.
class ForkList {
 public:
  static ForkList& instance() {
    static ForkList* const list = new ForkList;  // never destroyed: endpoints may outlive statics
    return *list;
  }

  std::mutex& mutex() noexcept { return mutex_; }

  void add(ForkHook& hook) noexcept {
    hook.next_ = first_;
    hook.previous_ = nullptr;
    if (first_ != nullptr) first_->previous_ = &hook;
    first_ = &hook;
  }
  void remove(ForkHook& hook) noexcept {
    if (hook.next_ != nullptr) hook.next_->previous_ = hook.previous_;
    (hook.previous_ != nullptr ? hook.previous_->next_ : first_) = hook.next_;
  }

 private:
  ForkList() {
    pthread_atfork([] { instance().mutex_.lock(); }, [] { instance().mutex_.unlock(); }, [] { instance().in_child(); });
  }

  void in_child() noexcept {
    for (ForkHook* hook = first_; hook != nullptr; hook = hook->next_) hook->run_(hook->owner_);
    mutex_.unlock();
  }

  std::mutex mutex_;
  ForkHook* first_ = nullptr;
};

ForkPause::ForkPause() : held_(ForkList::instance().mutex()) {}

void ForkHook::enlist(const ForkPause&) noexcept { ForkList::instance().add(*this); }
void ForkHook::delist(const ForkPause&) noexcept { ForkList::instance().remove(*this); }

}  // namespace sluice::detail
