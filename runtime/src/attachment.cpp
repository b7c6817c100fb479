#include "attachment.hpp"

#include <unistd.h>

#include <utility>

namespace sluice::detail {

namespace {
constexpr std::chrono::milliseconds kLeavePatience{200};
}

Attachment::Attachment(Role role, ChannelName name, std::string path, std::shared_ptr<Mapping> mapping,
                       std::unique_ptr<RoleLock> lock)
    : ForkAware(ForkPause()), role_(role), name_(std::move(name)), path_(std::move(path)), mapping_(std::move(mapping)),
      lock_(std::move(lock)) {}

void Attachment::in_forked_child() noexcept {
  if (stopped_ != nullptr) *stopped_ = Reason::forked;
}

void Attachment::sign(Version version, bool keep) noexcept {
  const LaneView view = lane();
  const auto write = [](HalfWord& word, std::uint32_t value) {
    // [W4] relaxed, pairs with [W5]: for people, and for a leaver that holds the set-up lock.
    LiveMemory::store(word, value, std::memory_order_relaxed);
  };
  const auto pid = static_cast<std::uint32_t>(getpid());
  if (role_ == Role::producer) {
    write(view.producer.words->pid, pid);
    write(view.producer.words->version, packed(version));
    write(view.producer.words->keep, keep ? 1 : 0);
  } else {
    write(view.consumer.words->pid, pid);
    write(view.consumer.words->version, packed(version));
  }
}

bool Attachment::window_is_kept() const noexcept {
  // [W5] relaxed, pairs with [W4].
  return LiveMemory::load(lane().producer.words->keep, std::memory_order_relaxed) != 0;
}

void Attachment::leave(Ringer<LiveMemory>& ringer) noexcept {
  if (!lock_->take_setup(kLeavePatience)) return;  // the kernel drops the role with the file; the name stays
  const bool is_last = !peer_is_attached();
  if (role_ == Role::producer && state() == State::open) store_state(*lock_, State::closed);
  ringer.ring();
  if (!is_last || path_.empty() || !name_is(path_, lock_->inode()) || window_is_kept()) return;
  // Another user's file in the sticky folder stays: closed, for the next producer.
  if (unlink(path_.c_str()) != 0 && state() == State::open) store_state(*lock_, State::closed);
}

}  // namespace sluice::detail
