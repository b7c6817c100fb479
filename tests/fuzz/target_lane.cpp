// The scripted adversary: both roles of a lane run on a window whose every word another process may change at any
// moment. What a load yields is decided by the input, so that all timings of all writers are among the inputs.
// Promised: each call ends, no access leaves the lane's words, no slot outside of the pool is handed out, none twice at
// once, and who has met an impossible word hands out nothing more.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "heap_lane.hpp"
#include "input.hpp"
#include "lies.hpp"
#include "target.hpp"
#include "watch.hpp"

namespace sluice::fuzz {

namespace {

using namespace sluice::detail;

/// What the adversary may write.
enum class Reach { peers_words, every_word };

struct Adversary {
  Input* script;
  Watch watch;
  Reach reach;
  bool always_lies;  // else now and then
  Writer acting = Writer::producer;

  bool may_write(Writer owner) const noexcept { return reach == Reach::every_word || owner != acting; }
  bool lies_now() const noexcept {
    if (script->is_used_up()) return false;
    constexpr std::uint8_t most_truths = 0xB0;
    return always_lies || script->next<std::uint8_t>() > most_truths;
  }
};

struct HostileMemory {
  static inline Adversary* adversary = nullptr;

  template <class T>
  static T load(const std::atomic<T>& word, std::memory_order order) noexcept {
    const Writer writer = adversary->watch.look(&word);
    const T truth = word.load(order);
    if (!adversary->may_write(writer) || !adversary->lies_now()) return truth;
    return adversary->always_lies ? adversary->script->next<T>() : changed(truth, *adversary->script);
  }
  template <class T>
  static void store(std::atomic<T>& word, T value, std::memory_order order) noexcept {
    adversary->watch.look(&word);
    word.store(value, order);
  }
  template <class T>
  static bool compare_exchange(std::atomic<T>& word, T expected, T desired, std::memory_order order) noexcept {
    adversary->watch.look(&word);
    if (adversary->lies_now()) {  // it may put back what was expected, or not
      if (adversary->script->below(2) == 0) return false;
      word.store(desired, order);
      return true;
    }
    return word.compare_exchange_strong(expected, desired, order, std::memory_order_relaxed);
  }
};

/// Slots in the application's hands.
class Hands {
 public:
  Hands(std::uint32_t capacity, Reach reach) : capacity_(capacity), reach_(reach) {}

  void take(SlotIndex slot) {
    demand(place(slot) < capacity_, "a slot that is handed out is one of the pool");
    // Who may write a role's own marks can hide that a slot comes twice.
    const bool is_new = std::find(held_.begin(), held_.end(), slot) == held_.end();
    demand(is_new || reach_ == Reach::every_word, "no slot is handed out twice at once");
    held_.push_back(slot);
  }
  std::optional<SlotIndex> give(std::uint32_t at) {
    if (held_.empty()) return std::nullopt;
    const auto chosen = held_.begin() + at % held_.size();
    const SlotIndex slot = *chosen;
    held_.erase(chosen);
    return slot;
  }
  /// No more than an endpoint's batch has room for.
  std::vector<SlotIndex> give_all() {
    std::vector<SlotIndex> all = std::exchange(held_, {});
    all.resize(std::min<std::size_t>(all.size(), capacity_));
    return all;
  }

 private:
  std::uint32_t capacity_;
  Reach reach_;
  std::vector<SlotIndex> held_;
};

class Play {
 public:
  Play(const HeapLane& lane, Adversary& adversary, Input& script)
      : script_(script),
        adversary_(installed(adversary)),
        producer_(lane.producer<HostileMemory>()),
        consumer_(lane.consumer<HostileMemory>()),
        order_(lane.view().order),
        loans_(lane.capacity(), adversary.reach),
        samples_(lane.capacity(), adversary.reach) {}

  void run() {
    constexpr int most_operations = 400;
    for (int left = most_operations; left > 0 && !script_.is_used_up(); --left) {
      const std::uint32_t what = script_.below(12);
      adversary_.acting = what < 5 ? Writer::producer : Writer::consumer;
      adversary_.watch.begin(adversary_.watch.most_accesses());
      if (what < 5 && !producer_stopped_) produce(what);
      if (what >= 5 && !consumer_stopped_) consume(what);
    }
    finish();
  }

  std::string outcome() const {
    std::string said = producer_.fault() ? std::string("producer ") + producer_.fault().word : "";
    if (consumer_.fault()) said += std::string(said.empty() ? "" : " and ") + "consumer " + consumer_.fault().word;
    if (said.empty()) said = "sound";
    std::replace(said.begin(), said.end(), ' ', '_');
    return said;
  }

 private:
  static Adversary& installed(Adversary& adversary) {
    HostileMemory::adversary = &adversary;
    adversary.watch.begin(1'000'000);
    return adversary;
  }

  void produce(std::uint32_t what) {
    const bool was_faulty = static_cast<bool>(producer_.fault());
    if (what <= 1) {
      const SlotIndex slot = producer_.loan();
      demand(!was_faulty || slot == kNil, "a producer that has met an impossible word loans nothing more");
      if (slot != kNil) loans_.take(slot);
      producer_stopped_ = slot == kNil && producer_.fault();
    } else if (what == 2) {
      if (const auto slot = loans_.give(script_.below(256))) producer_.publish(*slot);
    } else if (what == 3) {
      if (const auto slot = loans_.give(script_.below(256))) producer_.keep(*slot);
    } else if (const auto batch = loans_.give_all(); !batch.empty()) {
      adversary_.watch.begin(adversary_.watch.most_accesses() * batch.size());
      producer_.publish(batch.data(), static_cast<std::uint32_t>(batch.size()));
    } else {
      loan_at_once(1 + script_.below(4), was_faulty);
    }
    demand(!was_faulty || producer_.fault(), "a fault stays");
    (void)producer_.has_slot();
  }

  void loan_at_once(std::uint32_t wanted, bool was_faulty) {
    std::vector<SlotIndex> slots(wanted, kNil);
    adversary_.watch.begin(adversary_.watch.most_accesses() * wanted);
    const std::uint32_t got = producer_.loan(slots.data(), wanted);
    demand(!was_faulty || got == 0, "a producer that has met an impossible word loans nothing more");
    producer_stopped_ = static_cast<bool>(producer_.fault());  // as ProducerCore does
    if (producer_stopped_) return;
    for (std::uint32_t at = 0; at < got; ++at) loans_.take(slots[at]);
  }

  void consume(std::uint32_t what) {
    const bool was_faulty = static_cast<bool>(consumer_.fault());
    if (what <= 8) {
      const Taken taken = consumer_.take();
      demand(taken.slot == kNil || !consumer_.fault(), "a consumer that has met an impossible word delivers nothing");
      if (taken.slot != kNil) samples_.take(taken.slot);
      if (taken.slot != kNil) check_number(taken.number);
    } else if (what == 9) {
      if (const auto slot = samples_.give(script_.below(256))) consumer_.release(*slot);
    } else if (what == 10) {
      consumer_.give_back();
    } else {
      consumer_.skip_unread();
    }
    demand(!was_faulty || consumer_.fault(), "a fault stays");
    consumer_stopped_ = static_cast<bool>(consumer_.fault());  // as ConsumerCore does
    if (!consumer_stopped_) (void)consumer_.has_message();
  }

  /// Of order latest the number comes from the claim, which the adversary may put anywhere.
  void check_number(std::uint64_t number) {
    if (order_ == Order::latest) return;
    constexpr std::uint64_t most = 400 * 9;  // operations, times capacity
    demand(number > 0 && number <= most, "a message has a number that could have been published");
    demand(order_ == Order::lifo || number > last_number_, "fifo comes in order");
    last_number_ = number;
  }

  void finish() {
    adversary_.acting = Writer::consumer;
    adversary_.watch.begin(adversary_.watch.most_accesses());
    if (!consumer_stopped_) consumer_.give_back();
  }

  Input& script_;
  Adversary& adversary_;
  ProducerLane<HostileMemory> producer_;
  ConsumerLane<HostileMemory> consumer_;
  Order order_;
  Hands loans_;
  Hands samples_;
  std::uint64_t last_number_ = 0;
  bool producer_stopped_ = false;
  bool consumer_stopped_ = false;
};

}  // namespace

std::string run_target(const std::uint8_t* bytes, std::size_t size) {
  Input input(bytes, size);
  const auto order = static_cast<Order>(input.below(3));
  const std::uint32_t capacity = 1 + input.below(9);
  const std::uint8_t flags = input.next<std::uint8_t>();
  const HeapLane lane(capacity, order, (flags & 4) != 0 ? Reuse::warmest : Reuse::in_turn);
  Adversary adversary{&input, Watch(lane.view()), (flags & 1) != 0 ? Reach::every_word : Reach::peers_words,
                      (flags & 2) != 0};
  Input nothing(nullptr, 0);  // set-up is as it should be
  adversary.script = &nothing;
  Play play(lane, adversary, input);
  adversary.script = &input;
  play.run();
  return play.outcome();
}

}  // namespace sluice::fuzz
