#include "attachment.hpp"

#include <unistd.h>

#include <utility>

#include "people.hpp"

namespace sluice::detail {

namespace {
constexpr std::chrono::milliseconds kLeavePatience{200};
}

Attachment::Attachment(Role role, ChannelName name, std::string path, std::shared_ptr<Mapping> mapping,
                       std::unique_ptr<RoleLock> lock)
    : role_(role),
      name_(std::move(name)),
      path_(std::move(path)),
      mapping_(std::move(mapping)),
      lock_(std::move(lock)),
      hook_([](void* self) noexcept { *static_cast<Attachment*>(self)->stopped_ = Reason::forked; }, this) {}

Attachment::~Attachment() {
  if (stopped_ == nullptr) return;
  const ForkPause pause;
  hook_.delist(pause);
}

void Attachment::tell_of_fork(Reason& stopped) noexcept {
  const ForkPause pause;
  stopped_ = &stopped;
  hook_.enlist(pause);
}

void Attachment::leave(Ringer<LiveMemory>& ringer) noexcept {
  if (!lock_->take_setup(kLeavePatience)) return;  // the kernel drops the role with the file; the name stays
  const bool is_last = !peer_is_attached();
  if (role_ == Role::producer && state() == State::open) store_state(*lock_, State::closed);
  ringer.ring();
  if (!is_last || path_.empty() || !name_is(path_, lock_->inode()) || is_kept(lane())) return;
  // Another user's file in the sticky folder stays: closed, for the next producer.
  if (unlink(path_.c_str()) != 0 && state() == State::open) store_state(*lock_, State::closed);
}

}  // namespace sluice::detail
