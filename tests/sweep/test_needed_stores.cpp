// Each store of the journal is there because some kill needs it: left out, the sweep finds a message lost, torn or
// repeated, or a slot leaked. A store that no kill needs would be a cost without a reason.
#include <doctest/doctest.h>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>

#include "crashes.hpp"
#include "operations.hpp"
#include "stage.hpp"
#include "sweep_memory.hpp"

using namespace sweep;

namespace {

using KilledStage = Stage<SweepMemory>;

/// Sees each store of a stage's roles by the word it goes to.
struct Words {
  LaneView view;

  bool is_mark(const void* word, Role role) const {
    const auto* const mark = static_cast<const Mark*>(word);
    const Mark* const first = role == Role::producer ? view.producer.marks : view.consumer.marks;
    return mark >= first && mark < first + view.slots.capacity;
  }
  const ProducerWords& producer() const { return *view.producer.words; }
  const ConsumerWords& consumer() const { return *view.consumer.words; }
};

using LeavesOut = std::function<bool(const Words&, const void* word, std::uint64_t value)>;

/// How many kills end badly if these stores are never made; the first complaint is printed.
std::size_t violations_without(Order order, const LeavesOut& leaves_out, const char* name) {
  std::size_t violations = 0;
  std::string first;
  for (const Operation<SweepMemory>& operation : operations<SweepMemory>(order)) {
    KilledStage stage(order, kCapacity, operation.reuse);
    const Words words{stage.view()};
    SweepMemory::leaves_out = [&](const void* word, std::uint64_t value) { return leaves_out(words, word, value); };
    warm_up(stage);
    operation.prepare(stage);
    for (const Snapshot& crash : killed_at_each_store(stage.bytes(), [&] { operation.run(stage); })) {
      KilledStage next = stage;
      next.bytes().restore(crash);
      next.succeed(operation.role);
      if (next.violations().empty()) next.finish();
      if (next.violations().empty()) continue;
      if (violations++ == 0) first = operation.name + ": " + next.violations().front();
    }
    SweepMemory::leaves_out = nullptr;
  }
  std::printf("without %s: %zu kills end badly; %s\n", name, violations, first.c_str());
  return violations;
}

struct Store {
  const char* name;
  Order order;
  LeavesOut leaves_out;
};

bool is(std::uint64_t value, Held held) { return value == static_cast<std::uint64_t>(held); }

const Store kStores[] = {
    {"the producer's mark of a slot that it collects", Order::fifo,
     [](const Words& words, const void* word, std::uint64_t value) {
       return words.is_mark(word, Role::producer) && is(value, Held::yes);
     }},
    {"the producer's mark taken off a slot that it has pushed", Order::fifo,
     [](const Words& words, const void* word, std::uint64_t value) {
       return words.is_mark(word, Role::producer) && is(value, Held::no);
     }},
    {"published", Order::fifo,
     [](const Words& words, const void* word, std::uint64_t) { return word == &words.producer().published; }},
    {"collected", Order::fifo,
     [](const Words& words, const void* word, std::uint64_t) { return word == &words.producer().collected; }},
    {"the consumer's mark of a message that it takes up", Order::fifo,
     [](const Words& words, const void* word, std::uint64_t value) {
       return words.is_mark(word, Role::consumer) && is(value, Held::yes);
     }},
    {"the consumer's mark taken off a slot that is finished", Order::fifo,
     [](const Words& words, const void* word, std::uint64_t value) {
       return words.is_mark(word, Role::consumer) && is(value, Held::no);
     }},
    {"finished", Order::fifo,
     [](const Words& words, const void* word, std::uint64_t) { return word == &words.consumer().finished; }},
    {"claim", Order::lifo,
     [](const Words& words, const void* word, std::uint64_t) { return word == &words.consumer().claim; }},
    {"delivered", Order::fifo,
     [](const Words& words, const void* word, std::uint64_t) { return word == &words.consumer().delivered; }},
    {"the producer's bell", Order::fifo,
     [](const Words& words, const void* word, std::uint64_t) { return word == &words.producer().bell; }},
    {"the consumer's bell", Order::fifo,
     [](const Words& words, const void* word, std::uint64_t) { return word == &words.consumer().bell; }},
    {"the intent to drop", Order::latest,
     [](const Words& words, const void* word, std::uint64_t value) {
       return word == &words.producer().drop.bit && value != 0;
     }},
    {"the intent to drop cleared", Order::latest,
     [](const Words& words, const void* word, std::uint64_t value) {
       return word == &words.producer().drop.bit && value == 0;
     }},
    {"where a drop begins", Order::latest,
     [](const Words& words, const void* word, std::uint64_t) { return word == &words.producer().drop.from; }},
    {"where a drop ends", Order::latest,
     [](const Words& words, const void* word, std::uint64_t) { return word == &words.producer().drop.to; }},
    {"the intent to claim", Order::latest,
     [](const Words& words, const void* word, std::uint64_t value) {
       return word == &words.consumer().taking.bit && value != 0;
     }},
    {"the intent to claim cleared", Order::latest,
     [](const Words& words, const void* word, std::uint64_t value) {
       return word == &words.consumer().taking.bit && value == 0;
     }},
    {"where a claim begins", Order::latest,
     [](const Words& words, const void* word, std::uint64_t) { return word == &words.consumer().taking.from; }},
    {"where a claim ends", Order::latest,
     [](const Words& words, const void* word, std::uint64_t) { return word == &words.consumer().taking.to; }},
};

}  // namespace

TEST_CASE("no store of the journal can be left out: for each there is a kill that needs it") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    CHECK(violations_without(store.order, store.leaves_out, store.name) > 0);
  }
}
