// Each order against a plain model of it: random steps of both roles on one thread, deaths between steps included.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <vector>

#include "heap_lane.hpp"
#include "seed.hpp"

using namespace sluice::detail;
using sluice::Order;

namespace {

/// What a channel should do, without slots: messages are their numbers.
class Model {
 public:
  explicit Model(Order order) : order_(order) {}

  void publish() {
    if (order_ == Order::latest) unread_.clear();
    unread_.insert(++published_);
  }
  /// The number that take() must yield; 0 if none.
  std::uint64_t take() {
    claimed_ = published_;
    if (unread_.empty()) return 0;
    const std::uint64_t number = order_ == Order::fifo ? *unread_.begin() : *unread_.rbegin();
    unread_.erase(number);
    held_.insert(number);
    highest_ = std::max(highest_, number);
    return number;
  }
  void release(std::uint64_t number) { held_.erase(number); }
  void consumer_dies() {
    inherited_ = std::min(highest_, claimed_);  // lifo: what no consumer had taken up may have a lower number
    claimed_ = published_;
    if (order_ != Order::latest) {
      unread_.merge(held_);
    } else if (unread_.empty() && held_.count(highest_) != 0) {
      unread_.insert(highest_);
    }
    held_.clear();
  }

  bool may_repeat(std::uint64_t number) const { return number <= inherited_; }
  std::uint64_t depth() const { return unread_.size(); }
  std::uint64_t published() const { return published_; }

 private:
  Order order_;
  std::set<std::uint64_t> unread_;
  std::set<std::uint64_t> held_;
  std::uint64_t published_ = 0;
  std::uint64_t highest_ = 0;
  std::uint64_t claimed_ = 0;
  std::uint64_t inherited_ = 0;
};

/// One channel, driven at random beside its model.
class Run {
 public:
  Run(Order order, std::uint32_t capacity, Reuse reuse, std::mt19937_64& random)
      : random_(random),
        model_(order),
        lane_(capacity, order, reuse),
        producer_(lane_.producer()),
        consumer_(lane_.consumer()) {}

  /// Each role decides for itself which slots are reused: two versions of the library may not agree.
  void replace_consumer(Reuse reuse) {
    lane_.set_reuse(reuse);
    replace_consumer();
  }

  void step(bool with_deaths) {
    switch (random_() % (with_deaths ? 20 : 18)) {
      case 0:
      case 1:
      case 2:
      case 3:
        loan();
        break;
      case 4:
      case 5:
      case 6:
      case 7:
        publish();
        break;
      case 8:
        drop_a_loan();
        break;
      case 9:
      case 10:
      case 11:
      case 12:
        take();
        break;
      case 13:
      case 14:
      case 15:
      case 16:
      case 17:
        release();
        break;
      case 18:
        replace_producer();
        break;
      default:
        replace_consumer();
        break;
    }
    check();
  }

 private:
  void loan() {
    if (random_() % 4 == 0) return loan_at_once();
    if (const SlotIndex slot = producer_.loan(); slot != kNil) loans_.push_back(slot);
  }
  void loan_at_once() {
    const std::size_t before = loans_.size();
    const auto wanted = static_cast<std::uint32_t>(random_() % 4);
    loans_.resize(before + wanted);
    loans_.resize(before + producer_.loan(loans_.data() + before, wanted));
  }
  void publish() {
    if (loans_.empty()) return;
    const auto count = static_cast<std::uint32_t>(1 + random_() % loans_.size());
    for (std::uint32_t at = 0; at < count; ++at) {
      model_.publish();
      lane_.payload(loans_[at]) = model_.published();
    }
    producer_.publish(loans_.data(), count);
    loans_.erase(loans_.begin(), loans_.begin() + count);
  }
  void drop_a_loan() {
    if (loans_.empty()) return;
    producer_.keep(loans_.back());
    loans_.pop_back();
  }
  void take() {
    const std::uint64_t expected = model_.take();
    const Taken taken = consumer_.take();
    REQUIRE(taken.number == expected);
    REQUIRE((taken.slot != kNil) == (expected != 0));
    if (expected == 0) return;
    REQUIRE(taken.redelivered == model_.may_repeat(expected));
    samples_.push_back(taken);
  }
  void release() {
    if (samples_.empty()) return;
    const auto at = static_cast<std::ptrdiff_t>(random_() % samples_.size());
    const Taken sample = samples_[static_cast<std::size_t>(at)];
    model_.release(sample.number);
    consumer_.release(sample.slot);
    samples_.erase(samples_.begin() + at);
  }
  void replace_producer() {
    loans_.clear();
    producer_ = lane_.producer();
  }
  void replace_consumer() {
    samples_.clear();
    model_.consumer_dies();
    consumer_ = lane_.consumer();
  }

  void check() const {
    for (const Taken& sample : samples_) REQUIRE(lane_.payload(sample.slot) == sample.number);
    const std::vector<int> homes = lane_.homes();
    REQUIRE(std::all_of(homes.begin(), homes.end(), [](int count) { return count == 1; }));
    REQUIRE_FALSE(producer_.fault());
    REQUIRE_FALSE(consumer_.fault());
    REQUIRE(consumer_.has_message() == (model_.depth() > 0));
  }

  std::mt19937_64& random_;
  Model model_;
  HeapLane lane_;
  ProducerLane<LiveMemory> producer_;
  ConsumerLane<LiveMemory> consumer_;
  std::vector<SlotIndex> loans_;
  std::vector<Taken> samples_;
};

void run(Order order, bool with_deaths) {
  std::mt19937_64 random(sluice::test::seed());
  for (int round = 0; round < 200; ++round) {
    const Reuse reuse = round % 4 == 0 ? Reuse::warmest : Reuse::in_turn;
    Run one(order, 1 + static_cast<std::uint32_t>(random() % 9), reuse, random);
    if (round % 3 == 0) one.replace_consumer(round % 2 == 0 ? Reuse::warmest : Reuse::in_turn);
    for (int step = 0; step < 300; ++step) one.step(with_deaths);
  }
}

}  // namespace

TEST_CASE("fifo yields the oldest message first, and every slot has one home after each step [I1] [I2] [I5] [I6]") {
  run(Order::fifo, false);
}

TEST_CASE("lifo yields the newest message first, and every slot has one home after each step") {
  run(Order::lifo, false);
}

TEST_CASE("latest yields the newest message only, never one twice, and every slot has one home after each step [I8]") {
  run(Order::latest, false);
}

TEST_CASE("fifo keeps order over deaths between steps, and repeats are marked") { run(Order::fifo, true); }

TEST_CASE("lifo keeps order over deaths between steps, and repeats are marked") { run(Order::lifo, true); }

TEST_CASE("latest repeats after a death at most the message handed out last, marked") { run(Order::latest, true); }

TEST_CASE("latest: with one sample kept and one loan out, five slots never run out") {
  HeapLane lane(5, Order::latest);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  const auto publish = [&] {
    const SlotIndex slot = producer.loan();
    REQUIRE(slot != kNil);
    producer.publish(&slot, 1);
  };
  publish();
  const Taken kept = consumer.take();
  const SlotIndex loaned = producer.loan();
  REQUIRE(loaned != kNil);

  for (int round = 0; round < 100; ++round) {
    publish();
    if (round % 3 == 0) consumer.release(consumer.take().slot);
  }

  CHECK(kept.number == 1);
  CHECK(lane.producer_words().dropped.load() > 0);
}

TEST_CASE("latest: messages that are replaced are counted as dropped, those taken up and passed over as skipped") {
  HeapLane lane(8, Order::latest);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  SlotIndex batch[3] = {producer.loan(), producer.loan(), producer.loan()};

  producer.publish(batch, 3);

  CHECK(lane.producer_words().dropped.load() == 2);
  CHECK(consumer.take().number == 3);
  CHECK(consumer.take().slot == kNil);
  CHECK(lane.consumer_words().skipped.load() == 0);
}

TEST_CASE("lifo: what was taken up and waits in the consumer's hands is counted") {
  HeapLane lane(8, Order::lifo);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  SlotIndex batch[3] = {producer.loan(), producer.loan(), producer.loan()};
  producer.publish(batch, 3);

  CHECK(consumer.take().number == 3);

  CHECK(lane.consumer_words().in_hand.load() == 2);
}
