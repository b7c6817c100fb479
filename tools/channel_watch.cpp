#include "channel_watch.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "message_time.hpp"
#include "tool_error.hpp"

namespace sluice::tools {

namespace {

constexpr double kShortest = 0.5;  // seconds: a rate of less time says little
constexpr double kAgesKept = 2;

struct TroubleWords {
  std::string_view text;
  std::string_view code;
};

constexpr std::array<TroubleWords, 7> kTroubles{{{"", "none"},
                                                 {"idle", "idle"},
                                                 {"no producer", "no_producer"},
                                                 {"no consumer", "no_consumer"},
                                                 {"full: consumer slow", "consumer_slow"},
                                                 {"consumer behind", "consumer_behind"},
                                                 {"damaged", "damaged"}}};

std::unique_ptr<MessageSchema> schema_with_a_timestamp(const ObservedWindow& window) {
  try {
    auto schema = schema_in(window);
    const bool is_small = window.geometry().message_bytes <= (1U << 20);  // more would cost too much to copy each time
    if (is_small && field_of_role(schema->message(), "timestamp") != nullptr) return schema;
  } catch (const ToolError&) {  // its counts can be shown all the same
  }
  return nullptr;
}

double per_second(std::uint64_t now, std::uint64_t before, double seconds) {
  return now > before && seconds > 0 ? static_cast<double>(now - before) / seconds : 0;
}

}  // namespace

std::string_view text_of(Trouble trouble) { return kTroubles[static_cast<std::size_t>(trouble)].text; }
std::string_view code_of(Trouble trouble) { return kTroubles[static_cast<std::size_t>(trouble)].code; }

ChannelWatch::ChannelWatch(std::string name, ObservedWindow window)
    : window_(std::make_unique<ObservedWindow>(std::move(window))), schema_(schema_with_a_timestamp(*window_)) {
  row_.name = std::move(name);
  const Stats stats = window_->counters();
  before_ = {monotonic_now(), stats.published, stats.rejected};
}

void ChannelWatch::look() {
  if (!schema_) return;
  if (!window_->copy_newest(bytes_)) return;
  const double now = monotonic_now();
  const auto age = age_of(decode(*schema_, reinterpret_cast<const std::byte*>(bytes_.data())).message, now);
  if (age) ages_.emplace_back(now, *age);
  while (!ages_.empty() && ages_.front().first < now - kAgesKept) ages_.pop_front();
}

const ChannelRow& ChannelWatch::row(double now) {
  measure(now);
  return row_;
}

void ChannelWatch::measure(double now) {
  const Stats stats = window_->counters();
  const Participant producer = window_->producer();
  const Participant consumer = window_->consumer();
  row_.published = stats.published;
  row_.capacity = window_->geometry().capacity;
  row_.unread = std::min(stats.depth, row_.capacity);
  row_.producer = producer.is_alive ? producer.pid : 0;
  row_.consumer = consumer.is_alive ? consumer.pid : 0;
  row_.ages = ages();
  const double seconds = now - before_.time;
  if (seconds < kShortest) return;
  row_.rate = per_second(stats.published, before_.published, seconds);
  row_.rejected = per_second(stats.rejected, before_.rejected, seconds);
  row_.bytes = row_.rate * static_cast<double>(window_->geometry().message_bytes);
  row_.trouble = trouble(stats, producer.is_alive, consumer.is_alive);
  before_ = {now, stats.published, stats.rejected};
}

Trouble ChannelWatch::trouble(const Stats& stats, bool has_producer, bool has_consumer) const {
  if (window_->was_cut()) return Trouble::damaged;
  if (!has_producer) return Trouble::no_producer;
  if (!has_consumer) return Trouble::no_consumer;
  if (stats.rejected > before_.rejected) return Trouble::consumer_slow;
  if (window_->order() != Order::latest && row_.fill() > 0.5) return Trouble::consumer_behind;
  return row_.rate > 0 ? Trouble::none : Trouble::idle;
}

std::optional<Ages> ChannelWatch::ages() const {
  if (ages_.empty()) return std::nullopt;
  std::vector<double> sorted;
  for (const auto& [when, age] : ages_) sorted.push_back(age);
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](std::size_t percent) { return sorted[(sorted.size() - 1) * percent / 100]; };
  return Ages{at(50), at(99), sorted.back()};
}

void MachineWatch::find_windows() {
  std::set<std::string> there;
  damaged_.clear();
  for (Listed& listed : list_windows()) {
    if (listed.file.is_half_made) continue;
    if (!listed.window) {
      ChannelRow row;
      row.name = listed.name;
      row.why = listed.obstacle.why;
      row.trouble = Trouble::damaged;
      damaged_.push_back(std::move(row));
      continue;
    }
    there.insert(listed.name);
    auto& watch = watches_[listed.name];
    if (watch == nullptr || !watch->window().is_current()) {
      watch = std::make_unique<ChannelWatch>(listed.name, std::move(*listed.window));
    }
  }
  for (auto each = watches_.begin(); each != watches_.end();) {
    each = there.count(each->first) > 0 ? std::next(each) : watches_.erase(each);
  }
}

void MachineWatch::look() {
  for (auto& [name, watch] : watches_) watch->look();
}

std::vector<ChannelRow> MachineWatch::rows() {
  std::vector<ChannelRow> rows = damaged_;
  const double now = monotonic_now();
  for (auto& [name, watch] : watches_) rows.push_back(watch->row(now));
  return rows;
}

}  // namespace sluice::tools
