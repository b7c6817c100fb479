// Why a hot operation returned an empty handle.
#pragma once

#include <cstdint>

#include <sluice/visibility.hpp>

namespace sluice {

enum class Reason : std::uint8_t {
  none,           ///< the handle is not empty
  full,           ///< loan: every slot is unread or in use
  empty,          ///< take: nothing is unread
  contended,      ///< take, order latest: the producer replaced the newest message at each attempt; take again
  timeout,        ///< a `_for` call: the time has passed
  producer_gone,  ///< the producer died without leaving; a successor may come
  consumer_gone,  ///< no consumer is attached
  closed,         ///< the producer has left and all is read; another one may come
  retired,        ///< this window is given up, a new one takes its place: create or open again
  poisoned,       ///< the window holds what cannot be: see fault()
  forked,         ///< this process is a forked child: only the parent may use the endpoint
  building,       ///< loan, of FlatBuffers tables: the table of another loan is neither finished nor dropped
  too_large,      ///< finish: the table has more than max_bytes bytes
  unfinished,     ///< finish, publish: the table is not complete
  invalid,        ///< table: FlatBuffers' verifier refuses it
  batch_open,     ///< loan_batch: the last batch has not been published or dropped yet
  moved_from,     ///< the endpoint or handle was moved away, published or released
};

/// The reason in words, for people: "full", "the producer is gone" ...
SLUICE_API const char* to_string(Reason reason) noexcept;

/// The outcome of a wait that yields no message: true, or a reason.
class Waited {
 public:
  Waited(Reason reason) noexcept : reason_(reason) {}  // NOLINT: `return Reason::timeout;` reads best

  explicit operator bool() const noexcept { return reason_ == Reason::none; }
  Reason reason() const noexcept { return reason_; }

 private:
  Reason reason_;
};

}  // namespace sluice
