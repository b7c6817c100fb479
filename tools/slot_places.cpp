#include "slot_places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include <sluice/detail/index_stack.hpp>
#include <sluice/detail/shared_claim.hpp>

#include "journal_reader.hpp"

namespace sluice::tools {

namespace {

using detail::ClaimWord;
using detail::Fault;
using detail::Held;
using detail::LaneView;
using detail::LiveMemory;
using detail::SlotIndex;
using detail::StackTaker;
using detail::StackWord;

using Journal = detail::JournalReader<LiveMemory>;

constexpr std::size_t kFaultsTold = 8;  // enough to see what is wrong

// The words of a copy, which nobody else can write.
std::uint64_t value(const detail::Word& word) { return Journal::word(word); }

class Finder {
 public:
  explicit Finder(const LaneCopy& copy) : lane_(copy.lane()), numbers_(copy.numbers()) {
    partition_.slots.resize(lane_.slots.capacity);
    for (std::size_t at = 0; at < numbers_.size(); ++at) partition_.slots[at].number = numbers_[at];
  }

  Partition find() {
    const std::uint64_t claimed = claim();
    const auto unread = walk("head", lane_.producer.words->head, lane_.producer.links, claimed);
    for (std::size_t at = 0; at < unread.size(); ++at) {
      put(unread[at], Home::unread);
      check_number(unread[at], claimed + at + 1);
    }
    find_given_back();
    find_marked(lane_.producer.marks, Home::producer, just_pushed());
    find_marked(lane_.consumer.marks, Home::consumer, just_finished());
    if (lane_.order == Order::latest) find_claimed();
    check_counts(claimed);
    check_homes();
    if (more_faults_ > 0) partition_.faults.push_back(fmt::format("{} more of the kind", more_faults_));
    return std::move(partition_);
  }

 private:
  using Slots = std::vector<std::uint32_t>;

  std::uint64_t claim() const {
    const detail::ConsumerWords& words = *lane_.consumer.words;
    return lane_.order == Order::latest ? Journal::claim(words.shared_claim).number() : value(words.claim);
  }

  // The slots pushed since `taken`, the oldest first; as far as they are sound.
  Slots walk(const char* stack, const detail::Word& word, const detail::Link* links, std::uint64_t taken) {
    Slots slots;
    const StackTaker<LiveMemory> taker(word, links, lane_.slots.capacity, taken);
    const StackWord top = taker.look();
    const std::uint64_t count = taker.new_in(top);
    if (count > lane_.slots.capacity) {
      tell(fmt::format("{}: {} pushes were not taken up, but there are {} slots", stack, count, lane_.slots.capacity));
      return slots;
    }
    for (std::uint64_t at = 1; at <= count; ++at) {
      const std::uint32_t slot = detail::place(taker.slot_of(detail::tag_of(taken + at), top));
      if (slot >= lane_.slots.capacity) {
        tell(fmt::format("{}: push {} put slot {} on top, which there is not", stack, taken + at, slot));
        return slots;
      }
      slots.push_back(slot);
    }
    return slots;
  }

  // From `finished` down to what was collected: those below `free` are free.
  void find_given_back() {
    StackWord finished{};
    StackWord given_back{};
    const Journal reader(lane_.consumer.marks, lane_.slots.capacity);
    if (const Fault fault = reader.finished(*lane_.consumer.words, finished, given_back)) {
      tell(fmt::format("finished: {:#x} does not go with free: {:#x}", finished.bits, given_back.bits));
    }
    const std::uint64_t collected = value(lane_.producer.words->collected);
    const Slots slots = walk("finished", lane_.consumer.words->finished, lane_.consumer.links, collected);
    const std::uint64_t are_free = given_back.pushes_since(detail::tag_of(collected));
    for (std::size_t at = 0; at < slots.size(); ++at) put(slots[at], at < are_free ? Home::free : Home::finished);
  }

  // Slots of a push that took effect, whose marks may be left.
  std::vector<bool> just_pushed() {
    std::vector<bool> left(lane_.slots.capacity, false);
    const std::uint64_t published = value(lane_.producer.words->published);
    const auto slots = walk("head behind published", lane_.producer.words->head, lane_.producer.links, published);
    for (const std::uint32_t slot : slots) left[slot] = true;
    return left;
  }
  // The slot finished last, where its chain was not given back yet.
  std::vector<bool> just_finished() const {
    std::vector<bool> left(lane_.slots.capacity, false);
    const StackWord finished{value(lane_.consumer.words->finished)};
    const bool waits = finished.bits != value(lane_.consumer.words->free);
    if (waits && detail::place(finished.top()) < left.size()) left[detail::place(finished.top())] = true;
    return left;
  }

  // A walk marks a slot before it counts as taken up: such a slot has its home already.
  void find_marked(const detail::Mark* marks, Home home, const std::vector<bool>& may_be_left) {
    std::vector<SlotIndex> marked;
    const Journal reader(marks, lane_.slots.capacity);
    if (const Fault fault = reader.slots_marked(Held::yes, marked)) {
      tell(fmt::format("a mark of the {} is {}, not 0 or 1", in_words(home), fault.value));
    }
    for (const SlotIndex slot : marked) {
      const SlotPlace& where = partition_.slots[detail::place(slot)];
      const bool is_walked_over = where.is_in(home == Home::producer ? Home::free : Home::unread);
      if (!is_walked_over && !may_be_left[detail::place(slot)]) put(detail::place(slot), home);
    }
  }

  // Order latest: what a move of the claim brought its role, marked or not.
  void find_claimed() {
    find_moved(lane_.producer.words->drop, ClaimWord::kProducerBit, Home::producer);
    find_moved(lane_.consumer.words->taking, ClaimWord::kConsumerBit, Home::consumer);
  }
  void find_moved(const detail::ClaimIntent& intent, std::uint64_t bit, Home home) {
    detail::SeenClaimIntent seen;
    const ClaimWord claim = Journal::claim(lane_.consumer.words->shared_claim);
    const Journal reader(nullptr, lane_.slots.capacity);
    if (const Fault fault = reader.claim_intent(intent, claim, bit, seen)) {
      return tell(fmt::format("the {}'s intent to move the claim: {} cannot be", in_words(home), fault.value));
    }
    for (std::uint32_t at = 0; seen.took_effect && at < numbers_.size(); ++at) {
      if (numbers_[at] > seen.from && numbers_[at] <= seen.to) put(at, home);
    }
  }

  void check_number(std::uint32_t slot, std::uint64_t number) {
    if (numbers_[slot] == number) return;
    tell(fmt::format("slot {}: holds message {}, not {} as its push says", slot, numbers_[slot], number));
  }
  void check_counts(std::uint64_t claimed) {
    const std::uint64_t delivered = value(lane_.consumer.words->delivered);
    const std::uint64_t published = value(lane_.producer.words->published);
    const std::uint64_t pushed = StackWord{value(lane_.producer.words->head)}.pushes_since(detail::tag_of(published));
    if (pushed > lane_.slots.capacity) return;  // told already
    if (claimed > published + pushed) {
      tell(fmt::format("claim: {} messages were taken up, {} published", claimed, published + pushed));
    }
    if (delivered > claimed) tell(fmt::format("delivered: message {}, of {} taken up", delivered, claimed));
  }
  void check_homes() {
    for (std::size_t at = 0; at < partition_.slots.size(); ++at) {
      const SlotPlace& where = partition_.slots[at];
      if (where.is_sound()) continue;
      std::string homes;
      for (const Home home : kHomes) {
        if (where.is_in(home)) homes += (homes.empty() ? "" : " and ") + std::string(in_words(home));
      }
      tell(homes.empty() ? fmt::format("slot {}: is in no place: it leaked", at)
                         : fmt::format("slot {}: is in several places: {}", at, homes));
    }
  }

  void put(std::uint32_t slot, Home home) {
    std::uint8_t& homes = partition_.slots[slot].homes;
    const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(home));
    const bool by_links = home == Home::unread || home == Home::finished || home == Home::free;
    if (by_links && (homes & bit) != 0) tell(fmt::format("slot {}: is {} twice", slot, in_words(home)));
    homes = static_cast<std::uint8_t>(homes | bit);
  }
  void tell(std::string fault) {
    if (partition_.faults.size() < kFaultsTold) return partition_.faults.push_back(std::move(fault));
    ++more_faults_;
  }

  const LaneView& lane_;
  const std::vector<std::uint64_t>& numbers_;
  Partition partition_;
  std::uint64_t more_faults_ = 0;
};

}  // namespace

const char* in_words(Home home) {
  constexpr std::array words{"producer", "unread", "consumer", "finished", "free"};
  return words[static_cast<std::size_t>(home)];
}

LaneCopy::LaneCopy(const LaneView& live, const detail::Geometry& geometry)
    : words_(geometry.slots_offset / sizeof(std::uint64_t)), numbers_(geometry.capacity) {
  const std::uint64_t first = geometry.producer_offset / sizeof(std::uint64_t);
  const auto* const from = reinterpret_cast<const detail::Word*>(live.slots.base) - words_.size();
  for (std::size_t at = first; at < words_.size(); ++at) {
    // [O6] relaxed: a second copy that is the same says that nothing was moved meanwhile.
    words_[at] = LiveMemory::load(from[at], std::memory_order_relaxed);
  }
  const detail::SlotNumbers<LiveMemory> numbers(live.slots);
  for (std::uint32_t at = 0; at < numbers_.size(); ++at) numbers_[at] = numbers.of(SlotIndex{at});
  lane_ = detail::lane_view(geometry, live.order, reinterpret_cast<std::byte*>(words_.data()));
}

std::optional<LaneCopy> copy_at_rest(const ObservedWindow& window) {
  constexpr int attempts = 20;
  LaneCopy last(window.lane(), window.geometry());
  for (int attempt = 0; attempt < attempts; ++attempt) {
    LaneCopy next(window.lane(), window.geometry());
    if (next == last) return next;
    last = std::move(next);
  }
  return std::nullopt;
}

std::uint64_t Partition::count(Home home) const noexcept {
  return static_cast<std::uint64_t>(
      std::count_if(slots.begin(), slots.end(), [home](const SlotPlace& slot) { return slot.is_in(home); }));
}

Partition partition_of(const LaneCopy& copy) { return Finder(copy).find(); }

}  // namespace sluice::tools
