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

std::unique_ptr<MessageSchema> readable_schema(const ObservedWindow& window) {
  try {
    return schema_in(window);
  } catch (const ToolError&) {  // its counts can be shown all the same
    return nullptr;
  }
}

// Where each message has its timestamp at the same place: not in a user's own table.
const Field* timestamp_in(const MessageSchema* schema) {
  if (schema == nullptr || schema->is_table()) return nullptr;
  const Field* const field = field_of_role(schema->message(), "timestamp");
  const bool is_number = field != nullptr && field->form == Form::single && field->record == nullptr;
  return is_number ? field : nullptr;
}

// All of a message would be too much to copy each time.
Part part_of(const Field* field) {
  if (field == nullptr) return {};
  const std::uint64_t begin = field->offset - field->offset % sizeof(std::uint64_t);
  return {begin, field->offset + bytes_of(field->scalar) - begin};
}

double per_second(std::uint64_t now, std::uint64_t before, double seconds) {
  return now > before && seconds > 0 ? static_cast<double>(now - before) / seconds : 0;
}

}  // namespace

std::string_view text_of(Trouble trouble) { return kTroubles[static_cast<std::size_t>(trouble)].text; }
std::string_view code_of(Trouble trouble) { return kTroubles[static_cast<std::size_t>(trouble)].code; }

ChannelWatch::ChannelWatch(std::string name, ObservedWindow window)
    : window_(std::make_unique<ObservedWindow>(std::move(window))),
      schema_(readable_schema(*window_)),
      stamp_(timestamp_in(schema_.get())),
      part_(part_of(stamp_)),
      takes_(window_->order()) {
  row_.name = std::move(name);
  const Stats stats = window_->counters();
  before_ = {monotonic_now(), stats.published, stats.rejected};
}

void ChannelWatch::look() {
  if (!has_timestamp()) return;
  look_at_takes(Gap::pause);
  const auto stamp = stamp_in(window_->copy_newest(bytes_, part_));
  const double now = monotonic_now();
  const auto age = stamp ? age_of(*stamp, now) : std::nullopt;
  if (age) ages_.emplace_back(now, *age);
  while (!ages_.empty() && ages_.front().first < now - kAgesKept) ages_.pop_front();
}

void ChannelWatch::look_at_takes(Gap gap) {
  if (!has_timestamp()) return;
  TakeLook look;
  look.before = monotonic_now();
  look.takes = window_->takes();
  look.after = monotonic_now();
  takes_.add(look, gap,
             [this](std::uint64_t number) { return stamp_in(window_->copy_message(number, bytes_, part_)); });
}

// Of the message that was copied into bytes_ last.
std::optional<Stamp> ChannelWatch::stamp_in(const Copy& copy) const {
  if (!copy) return std::nullopt;
  const auto* const at = reinterpret_cast<const std::byte*>(bytes_.data()) + (stamp_->offset - part_.begin);
  return stamp_of(*stamp_, number_at(at, stamp_->scalar, nullptr));
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
  row_.latency = takes_.latency(now);
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

bool MachineWatch::has_timestamps() const {
  return std::any_of(watches_.begin(), watches_.end(), [](const auto& entry) { return entry.second->has_timestamp(); });
}

void MachineWatch::look_at_takes(Gap gap) {
  for (auto& [name, watch] : watches_) watch->look_at_takes(gap);
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
