// A channel that a command watches by its name, from one window to the next: its schema, and its messages as they come,
// as far as one keeps up. Looks only; never writes, locks or spins.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "decode.hpp"
#include "observed_window.hpp"

namespace sluice::tools {

enum class Begin { newest, oldest };

/// Messages in the order of their numbers, each once.
class MessageStream {
 public:
  MessageStream(const ObservedWindow& window, Begin begin);

  /// The next message that can still be had: its number, and its bytes in bytes(). None: nothing new is there.
  std::optional<std::uint64_t> next();
  /// The newest one, if it is newer than all that were had before. Older ones count as passed over.
  std::optional<std::uint64_t> newest();

  const std::byte* bytes() const noexcept { return reinterpret_cast<const std::byte*>(bytes_.data()); }
  /// Messages whose slots were in use again before they had been copied whole.
  std::uint64_t missed() const noexcept { return missed_; }
  std::uint64_t passed_over() const noexcept { return passed_over_; }

 private:
  const ObservedWindow* window_;
  std::uint64_t next_;
  std::uint64_t missed_ = 0;
  std::uint64_t passed_over_ = 0;
  std::vector<std::uint8_t> bytes_;
};

class FollowedChannel {
 public:
  using Clock = std::chrono::steady_clock;

  /// Throws ToolError where there is no such window, or its messages cannot be told.
  FollowedChannel(std::string name, Begin begin);

  const std::string& name() const noexcept { return name_; }
  const ObservedWindow& window() const noexcept { return *window_; }
  const MessageSchema& schema() const noexcept { return *schema_; }
  MessageStream& messages() noexcept { return *stream_; }
  /// Each message that is there now, by its number, until `visit` says false. Not what comes meanwhile: a producer that
  /// is faster would never let it end.
  template <class Visit>
  void for_each_new(Visit&& visit) {
    const std::uint64_t end = window_->published();
    while (const auto number = stream_->next()) {
      if (!visit(*number) || *number >= end) return;
    }
  }
  /// The message last had; of it only what the paths lead to, if there are some.
  Decoded decoded(const std::vector<FieldPath>& paths) const { return decode(*schema_, stream_->bytes(), paths); }

  /// Looks a few times a second whether the name leads to another window by now, and goes over to that; true then:
  /// what was made from the old schema is out of date. While the name leads nowhere the old window stays.
  bool moved_on();
  /// Of all windows so far.
  std::uint64_t missed() const noexcept { return missed_before_ + stream_->missed(); }
  std::uint64_t passed_over() const noexcept { return passed_over_before_ + stream_->passed_over(); }

 private:
  void look(Begin begin);

  std::string name_;
  std::unique_ptr<ObservedWindow> window_;
  std::unique_ptr<MessageSchema> schema_;
  std::unique_ptr<MessageStream> stream_;
  std::uint64_t missed_before_ = 0;
  std::uint64_t passed_over_before_ = 0;
  Clock::time_point looked_ = Clock::now();
};

/// Whether a window of that name is there.
bool is_there(const std::string& name);
/// Waits for one. False when `patience` has passed, or a signal has come. Without patience: as long as it takes.
bool wait_for_window(const std::string& name, std::optional<std::chrono::nanoseconds> patience);

/// The schema of a window's messages. Throws ToolError if it does not fit the window's slots.
std::unique_ptr<MessageSchema> schema_in(const ObservedWindow& window);

}  // namespace sluice::tools
