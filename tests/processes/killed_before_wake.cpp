// A producer that kills itself where it would ring the bell of a sleeping consumer: killed_before_wake <instance>.
// Makes the window, and says "attached"; told "publish", it waits until the consumer sleeps, publishes one message, and
// dies on the way.
#include <chrono>
#include <csignal>
#include <iostream>
#include <string>
#include <thread>
#include <variant>

#include <recovery.hpp>
#include <window.hpp>

#include "relay_messages.hpp"

using namespace sluice::detail;

namespace {

const HalfWord* deadly = nullptr;  // a store to this word is not made: the process dies

struct KillingMemory : LiveMemory {
  template <class T>
  static void store(std::atomic<T>& word, T value, std::memory_order order) noexcept {
    if (static_cast<const void*>(&word) == deadly) raise(SIGKILL);
    LiveMemory::store(word, value, order);
  }
};

bool sleeps(const ConsumerWords& consumer) { return consumer.sleeps.load() != 0 && consumer.armed.load() % 2 == 1; }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto& info = tests::RelayChannel::info;
  const ChannelName name{info.name, argv[1]};
  auto made = make_window(name, info, construct<tests::Relay>, {}, FileKind::named_later);
  if (!made || !publish_window(name, *made, name.path(NameKind::own))) return 1;
  const LaneView view = made->mapping->lane();
  ProducerLane<KillingMemory> lane(view, std::get<ProducerStart>(recover_producer<LiveMemory>(view)));
  std::cout << "attached" << std::endl;
  std::string told;
  std::getline(std::cin, told);

  const SlotIndex slot = lane.loan();
  if (slot == kNil) return 1;
  auto& message = *reinterpret_cast<tests::Relay*>(view.slots.base + place(slot) * view.slots.stride_bytes);
  tests::fill(message, lane.published() + 1);
  while (!sleeps(*view.consumer.words)) std::this_thread::yield();
  deadly = &view.producer.words->bell;
  lane.publish(&slot, 1);
  return 3;  // it rang nobody: the consumer was awake
}
