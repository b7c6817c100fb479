// What an endpoint holds beside its lane: the mapping, the lock, the name, and how to leave.
// Must hold: the lock's one close() drops role and set-up together, after the last store to the window.
#pragma once

#include <memory>
#include <string>

#include <sluice/detail/bell.hpp>
#include <sluice/reason.hpp>
#include <sluice/stats.hpp>

#include "channel_name.hpp"
#include "fork_guard.hpp"
#include "role_lock.hpp"
#include "window.hpp"

namespace sluice::detail {

class Attachment {
 public:
  /// @param path  empty for a window without a name.
  Attachment(Role role, ChannelName name, std::string path, std::shared_ptr<Mapping> mapping,
             std::unique_ptr<RoleLock> lock);
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;
  ~Attachment();

  /// Where to write `forked` in a child.
  void tell_of_fork(Reason& stopped) noexcept;

  const ChannelName& name() const noexcept { return name_; }
  const LaneView lane() const noexcept { return mapping_->lane(); }
  State state() const noexcept { return mapping_->state(); }
  const HalfWord& state_word() const noexcept { return mapping_->state_word(); }
  bool peer_is_attached() const noexcept { return !lock_->is_free(other(role_)); }
  /// Whether another process could still attach: nobody took the name away, nor gave it to another window.
  bool can_be_found() const noexcept { return path_.empty() || name_is(path_, lock_->inode()); }

  /// Leaves: says CLOSED as a producer, wakes the other side, and removes the name if this was the last user.
  void leave(Ringer<LiveMemory>& ringer) noexcept;

 private:
  Role role_;
  ChannelName name_;
  std::string path_;
  std::shared_ptr<Mapping> mapping_;
  std::unique_ptr<RoleLock> lock_;
  Reason* stopped_ = nullptr;
  ForkHook hook_;
};

}  // namespace sluice::detail
