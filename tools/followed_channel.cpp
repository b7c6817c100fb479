#include "followed_channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "stop_signal.hpp"
#include "tool_error.hpp"
#include "window_list.hpp"

namespace sluice::tools {

using namespace std::chrono_literals;

namespace {

std::uint64_t first_number(const ObservedWindow& window, Begin begin) {
  const std::uint64_t published = window.published();
  if (begin == Begin::newest) return std::max<std::uint64_t>(published, 1);
  return published > window.geometry().capacity ? published - window.geometry().capacity + 1 : 1;
}

}  // namespace

MessageStream::MessageStream(const ObservedWindow& window, Begin begin)
    : window_(&window), next_(first_number(window, begin)) {}

std::optional<std::uint64_t> MessageStream::next() {
  const std::uint64_t published = window_->published();
  const std::uint64_t capacity = window_->geometry().capacity;
  if (published >= next_ && published - next_ >= capacity) {
    missed_ += published - capacity + 1 - next_;
    next_ = published - capacity + 1;
  }
  while (next_ <= published && next_ != 0) {
    const Copy copy = window_->copy_message(next_, bytes_);
    if (copy.outcome == Copied::not_there) return std::nullopt;
    ++next_;
    if (copy) return copy.number;
    ++missed_;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> MessageStream::newest() {
  if (window_->published() < next_) return std::nullopt;
  const Copy copy = window_->copy_newest(bytes_);
  if (!copy || copy.number < next_) return std::nullopt;
  passed_over_ += copy.number - next_;
  next_ = copy.number + 1;
  return copy.number;
}

FollowedChannel::FollowedChannel(std::string name, Begin begin) : name_(std::move(name)) { look(begin); }

void FollowedChannel::look(Begin begin) {
  auto window = std::make_unique<ObservedWindow>(observe(name_));
  auto schema = schema_in(*window);
  if (stream_ != nullptr) {
    missed_before_ += stream_->missed();
    passed_over_before_ += stream_->passed_over();
  }
  stream_ = std::make_unique<MessageStream>(*window, begin);
  window_ = std::move(window);
  schema_ = std::move(schema);
}

bool FollowedChannel::moved_on() {
  if (Clock::now() - looked_ < 250ms) return false;
  looked_ = Clock::now();
  if (window_->is_current() || !is_there(name_)) return false;
  try {
    look(Begin::oldest);
  } catch (const ToolError&) {
    return false;  // gone again, or not readable yet: next time
  }
  return true;
}

bool is_there(const std::string& name) {
  const std::vector<std::string> files = files_meant_by(name);
  return std::any_of(files.begin(), files.end(), [](const std::string& file_name) {
    auto file = window_file_named(file_name);
    return file && look_at(*file);
  });
}

bool wait_for_window(const std::string& name, std::optional<std::chrono::nanoseconds> patience) {
  const auto begin = FollowedChannel::Clock::now();
  while (!is_there(name)) {
    if (is_stopped() || (patience && FollowedChannel::Clock::now() - begin >= *patience)) return false;
    sleep_unless_stopped(50ms);
  }
  return true;
}

std::unique_ptr<MessageSchema> schema_in(const ObservedWindow& window) {
  auto schema = std::make_unique<MessageSchema>(window.channel());
  if (schema->message_bytes() > window.geometry().message_bytes) {
    throw ToolError(
        fmt::format("sluice: window '{}': its messages are smaller than its descriptor says", window.name()));
  }
  return schema;
}

}  // namespace sluice::tools
