#include "take_latency.hpp"

#include <algorithm>

namespace sluice::tools {

namespace {

constexpr std::uint64_t kMostAtOnce = 4;  // of a look: a fast channel must not cost more than a slow one
constexpr std::size_t kFew = 3;           // less say no median
constexpr double kKept = 5;               // seconds

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::optional<Bounds> latency_between(const Stamp& stamp, const TakeLook& last, const TakeLook& now) {
  const double at_most = now.after - stamp.earliest;
  if (!(at_most >= 0 && at_most < kOldestAge)) return std::nullopt;
  return Bounds{std::max(last.before - stamp.latest, 0.0), at_most};
}

std::vector<std::uint64_t> taken_between(const Takes& last, const Takes& now, Order order) {
  // A consumer that opens passes messages over: `delivered` grows, `taken` does not.
  if (now.delivered <= last.delivered || now.taken <= last.taken) return {};
  const std::uint64_t count = now.delivered - last.delivered;
  if (order != Order::fifo || now.taken - last.taken != count) return {now.delivered};
  const std::uint64_t distance = std::max<std::uint64_t>(count / kMostAtOnce, 1);
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t at = 0; at < std::min(count, kMostAtOnce); ++at) {
    numbers.push_back(now.delivered - at * distance - distance / 2);
  }
  return numbers;
}

void TakeWatch::add(const TakeLook& look, Gap gap, const StampOf& stamp_of) {
  const std::optional<TakeLook> last = last_;
  last_ = look;
  if (!last) return;
  for (const std::uint64_t number : taken_between(last->takes, look.takes, order_)) {
    const auto stamp = stamp_of(number);
    const auto bounds = stamp ? latency_between(*stamp, *last, look) : std::nullopt;
    if (bounds) samples_.push_back({look.after, gap, *bounds});
  }
}

std::optional<Latency> TakeWatch::latency(double now) {
  while (!samples_.empty() && samples_.front().time < now - kKept) samples_.pop_front();
  const auto is_close = [](const Sample& sample) { return sample.gap == Gap::step; };
  const bool only_close = static_cast<std::size_t>(std::count_if(samples_.begin(), samples_.end(), is_close)) >= kFew;
  std::vector<double> lower;
  std::vector<double> upper;
  for (const Sample& sample : samples_) {
    if (only_close && !is_close(sample)) continue;
    lower.push_back(sample.bounds.at_least);
    upper.push_back(sample.bounds.at_most);
  }
  if (lower.empty()) return std::nullopt;
  const std::size_t samples = lower.size();
  return Latency{{median(std::move(lower)), median(std::move(upper))}, samples};
}

}  // namespace sluice::tools
