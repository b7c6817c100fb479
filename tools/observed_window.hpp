// A window that is looked at from outside: read-only, without a lock, without the help of whoever uses it, and without
// disturbing them. Nothing that it says is trusted: header and descriptor are private copies, checked once; every word
// is read once, by the runtime's memory policy; a file that is cut short meanwhile reads as zeroes, see was_cut().
//
//   ObservedWindow window = observe("demo.imu/left");         // window_list.hpp; throws ToolError with a sentence
//   window.channel().message()->fields();                     // the schema: runtime/schema/descriptor.fbs
//   std::vector<std::uint8_t> bytes;
//   if (Copy copy = window.copy_newest(bytes)) show(copy.number, bytes);
//   for (std::uint64_t next = window.published() + 1;; ) {    // each message, as far as one keeps up
//     const Copy copy = window.copy_message(next, bytes);
//     if (copy.outcome == Copied::not_there) { wait(); continue; }       // not published yet
//     if (copy.outcome == Copied::missed) ++missed;                      // its slot is in use again
//     ++next;
//   }
//
// Counts and words may change between two calls: who needs several that fit together reads until they stay the same.
// Threads: one at a time per window.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <sluice/channel_info.hpp>
#include <sluice/detail/window_state.hpp>
#include <sluice/stats.hpp>

#include "file_descriptor.hpp"
#include "geometry.hpp"
#include "guarded_mapping.hpp"
#include "role_lock.hpp"
#include "window_file.hpp"

namespace sluice::descriptor {
struct Channel;
}

namespace sluice::tools {

/// One side of a channel, as it wrote itself down when it attached, and what the kernel says of it now.
struct Participant {
  std::uint32_t pid = 0;  // in its own PID namespace; 0: there never was one
  Version version{};      // of its schema
  bool is_alive = false;  // holds its role. A stopped process does, a dead one never
};

enum class Copied : std::uint8_t {
  whole,      // the bytes are those of one message
  missed,     // the slot was used again before, or while, it was copied: this message cannot be had any more
  not_there,  // no message of this number has been published yet, or none at all
};

struct Copy {
  Copied outcome = Copied::not_there;
  std::uint64_t number = 0;  // of the message: counted from 1

  explicit operator bool() const noexcept { return outcome == Copied::whole; }
};

/// Which bytes of a message to copy; `begin` is a multiple of 8.
struct Part {
  std::uint64_t begin = 0;
  std::uint64_t bytes = ~std::uint64_t{0};  // cut to what there is
};

/// How far the consumer has come.
struct Takes {
  std::uint64_t delivered = 0;  // the highest number handed to the application, or passed over by one that opened
  std::uint64_t taken = 0;      // messages handed to it
};

/// Why a file is not observed.
enum class Obstacle : std::uint8_t {
  gone,          // nothing stands there (any more)
  unreadable,    // this user may not read it
  foreign,       // no window: a folder, a link, an empty file, other bytes
  other_format,  // a window of another release
  damaged,       // a window that contradicts itself
};

struct NotObserved {
  Obstacle obstacle = Obstacle::gone;
  std::string why;  // "it is a symbolic link": goes on behind the name
};

class ObservedWindow {
 public:
  /// Looks at the very file that `file` describes. Never creates, locks, writes, or opens what is no regular file.
  static std::variant<ObservedWindow, NotObserved> look(const WindowFile& file);

  const WindowFile& file() const noexcept { return file_; }
  /// As users write it, where nothing is in the way: "demo.imu", "demo.imu/left".
  std::string name() const;
  /// "left"; empty without one.
  const std::string& instance() const noexcept { return instance_; }

  /// The schema: verified, and its texts are fit to print. Its `order` is one of the enum's values, the message's
  /// `fields_end` at most message_bytes. Offsets and sizes of single fields are NOT checked: clamp them to the bytes.
  /// It lives as long as this object, and moves along with it.
  const descriptor::Channel& channel() const noexcept { return *channel_; }
  /// The descriptor's own bytes.
  const std::vector<std::uint8_t>& descriptor() const noexcept { return descriptor_; }
  /// Private and checked: capacity (slots), message_bytes, stride_bytes, total_bytes ...
  const detail::Geometry& geometry() const noexcept { return geometry_; }
  std::uint64_t fingerprint() const noexcept { return fingerprint_; }
  Order order() const noexcept { return order_; }

  /// open, closed (its producer has left), retired (given up), or another number where somebody wrote nonsense.
  detail::State state() const noexcept;
  /// The newest message's number; 0 before the first.
  std::uint64_t published() const noexcept;
  /// Counts since the window was made. Whoever may write the window may write any number: print them, compare them,
  /// but make no size of them.
  Stats counters() const noexcept;
  /// Two words, read one by one.
  Takes takes() const noexcept;
  Participant producer() const noexcept { return participant(detail::Role::producer); }
  Participant consumer() const noexcept { return participant(detail::Role::consumer); }
  bool is_in_use() const noexcept { return producer().is_alive || consumer().is_alive; }
  /// Whether the window stays when its last user leaves: the producer's choice.
  bool is_kept() const noexcept;
  /// Whether the name still leads to this window. If not, nothing new will come: look for the name again.
  bool is_current() const noexcept;
  /// The file's lock bytes, opened for writing: only for who is to remove it. Null, with errno set, if that is
  /// forbidden.
  std::unique_ptr<detail::RoleLock> open_locks() const;
  /// Whether its owner has cut the file short: what was read since is zeroes.
  bool was_cut() const noexcept { return mapping_.was_cut(); }

  /// Copies message `number`, prefix included: message_bytes bytes, or a part of them. The slot is a seqlock
  /// (docs/window-format.md).
  Copy copy_message(std::uint64_t number, std::vector<std::uint8_t>& bytes, const Part& part = {}) const;
  /// The newest message; `missed` only where the producer replaced it at each of several attempts.
  Copy copy_newest(std::vector<std::uint8_t>& bytes, const Part& part = {}) const;
  /// Whatever message is in that slot (below capacity), read or not: older ones too.
  Copy copy_slot(std::uint32_t slot, std::vector<std::uint8_t>& bytes, const Part& part = {}) const;

  /// The words themselves, mapped read-only: a store is a fault. For LiveMemory's loads and the runtime's readers.
  const detail::LaneView& lane() const noexcept { return lane_; }

 private:
  ObservedWindow(WindowFile file, detail::FileDescriptor opened, GuardedMapping mapping);

  Participant participant(detail::Role role) const noexcept;

  WindowFile file_;
  detail::FileDescriptor opened_;
  GuardedMapping mapping_;
  std::vector<std::uint8_t> descriptor_;
  const descriptor::Channel* channel_ = nullptr;  // into descriptor_, whose storage a move keeps
  std::string instance_;
  detail::Geometry geometry_;
  std::uint64_t fingerprint_ = 0;
  Order order_ = Order::fifo;
  detail::LaneView lane_{};
};

}  // namespace sluice::tools
