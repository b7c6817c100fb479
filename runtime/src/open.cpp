// The consumer's side of set-up: find the window, compare both schemas, go on where the last consumer stopped.
#include <algorithm>
#include <thread>
#include <utility>

#include <sluice/detail/endpoint.hpp>

#include "attachment.hpp"
#include "descriptor_generated.h"
#include "errors.hpp"
#include "handshake.hpp"
#include "people.hpp"
#include "recovery.hpp"
#include "setup.hpp"
#include "verify_descriptor.hpp"
#include "window.hpp"

namespace sluice::detail {

namespace {

using ConsumerRef = CoreRef<ConsumerCore>;

/// How messages in a window are to be read.
struct Reading {
  Verdict verdict = Verdict::identical;
  std::size_t fields_end = 0;        // of the producer's layout
  std::vector<ByteRange> unknown{};  // what a producer of an older minor does not know
};

/// No window, or none that a producer would go on with.
struct NotThere {};

/// What one look for the window came to, and whether another look may come to more.
struct Look {
  Result<ConsumerRef> result;
  bool may_change = false;
};

class ConsumerSetup {
 public:
  ConsumerSetup(const ChannelInfo& info, const OpenOptions& options, Construct construct, ChannelName name)
      : info_(info), options_(options), construct_(construct), name_(std::move(name)) {}

  /// Looks at the user's own channel first, then at the shared one.
  Look look() {
    for (const NameKind kind : {NameKind::own, NameKind::shared}) {
      auto opened = open_at(kind);
      if (auto* const core = std::get_if<ConsumerRef>(&opened)) return {std::move(*core)};
      if (auto* const outdated = std::get_if<Outdated>(&opened)) return {std::move(outdated->error), true};
      if (auto* const error = std::get_if<Error>(&opened)) return {*error, error->code() == ErrorCode::busy};
    }
    return {window_missing(name_, std::chrono::nanoseconds{0}), true};
  }

 private:
  /// Of another schema, and its producer has ended: the next one will replace it.
  struct Outdated {
    Error error;
  };

  using Opened = std::variant<ConsumerRef, Error, Outdated, StartOver, NotThere>;
  using Handshake = std::variant<Reading, Error, Outdated, StartOver>;

  Opened open_at(NameKind kind) {
    const auto until = Clock::now() + kSetupPatience;
    do {
      auto opened = attempt(kind);
      if (!std::holds_alternative<StartOver>(opened)) return opened;
    } while (Clock::now() < until);
    return busy(name_, kSetupPatience);
  }

  Opened attempt(NameKind kind) {
    auto found = open_window(name_, kind);
    if (!found) return found.error();
    if (!*found) return NotThere{};
    auto hands = shake_hands(**found);
    if (auto* const error = std::get_if<Error>(&hands)) return *error;
    if (auto* const outdated = std::get_if<Outdated>(&hands)) return std::move(*outdated);
    if (std::holds_alternative<StartOver>(hands)) return StartOver{};
    auto held = hold(name_, std::move(**found));
    if (auto* const error = std::get_if<Error>(&held)) return *error;
    if (std::holds_alternative<StartOver>(held)) return StartOver{};
    return attach(std::get<HeldWindow>(held), std::get<Reading>(hands));
  }

  Handshake shake_hands(const OpenWindow& window) const {
    // An equal fingerprint is the producer's claim: sizes are checked even then.
    const std::uint64_t window_bytes = window.header.geometry.message_bytes;
    if (window.header.fingerprint == info_.fingerprint) {
      if (window_bytes == info_.message_bytes) return Reading{Verdict::identical, info_.message_bytes, {}};
      return damaged_window(
          name_, window.path,
          "its messages have " + with_commas(window_bytes) + " bytes, not " + with_commas(info_.message_bytes));
    }
    const std::vector<std::uint8_t> bytes = window.descriptor();
    const auto* const there = verify_descriptor(bytes.data(), bytes.size());
    const auto* const here = verify_descriptor(info_.descriptor.data, info_.descriptor.size);
    if (here == nullptr) return broken_program(name_, "is not valid");
    if (there == nullptr) return damaged_window(name_, window.path, "its descriptor is not valid");
    Comparison comparison = compare(*here, *there);
    if (comparison.verdict == Verdict::incompatible) {
      return refuse(window, comparison, {there->major(), there->minor()});
    }
    const std::uint64_t needed = comparison.verdict == Verdict::compatible_by_default ? there->message()->fields_end()
                                                                                      : here->message()->fields_end();
    constexpr std::uint64_t prefix_bytes = 16;
    if (needed < prefix_bytes || needed > window_bytes || needed > info_.message_bytes) {
      return damaged_window(name_, window.path, "its fields end outside its messages");
    }
    return Reading{comparison.verdict, needed, std::move(comparison.unknown_there)};
  }

  // Under the set-up lock: a producer that is just replacing the window holds its role too.
  Handshake refuse(const OpenWindow& window, const Comparison& comparison, Version there) const {
    const Peer producer = window.peer(Role::producer);
    const auto lock = RoleLock::open(path_of(window.file.get()).c_str());
    if (!lock) return system_error(name_, "open " + window.path, errno);
    if (!lock->take_setup(kSetupPatience)) return busy(name_, kSetupPatience);
    if (!name_is(window.path, window.inode)) return StartOver{};
    if (!lock->is_free(Role::producer)) return incompatible(name_, comparison, info_.version, there, producer);
    return Outdated{outdated(name_, comparison, info_.version, there, producer)};
  }

  Opened attach(HeldWindow& held, const Reading& reading) {
    if (!held.lock->try_take(Role::consumer)) {
      return role_taken(name_, Role::consumer, held.window.peer(Role::consumer));
    }
    const State state = held.window.state();
    if (state == State::retired) return NotThere{};
    auto mapping = Mapping::map(held.window.file.get(), held.window.header.geometry, info_.order);
    if (!mapping) return system_error(name_, "mmap", errno);
    if (!mapping->protect_from(Role::consumer)) return system_error(name_, "mprotect", errno);
    const LaneView lane = mapping->lane();
    const bool are_whole = slots_are_whole(held, lane, Role::producer);
    auto recovered = are_whole ? recover_consumer<LiveMemory>(lane) : Fault{"partition", 0};
    if (std::holds_alternative<Fault>(recovered)) {
      if (auto error = retire(name_, held, lane.consumer.words->bell)) return *error;
      return NotThere{};
    }
    auto start = std::get<ConsumerStart>(std::move(recovered));
    if (state == State::closed && !has_message(lane, start)) return NotThere{};
    if (options_.lock_memory) {
      if (auto error = lock_memory(name_, *mapping)) return *error;
    }
    return finish(held, std::move(mapping), std::move(start), reading);
  }

  // Order latest takes nothing up before it is asked to.
  static bool has_message(const LaneView& lane, const ConsumerStart& start) {
    const StackTaker<LiveMemory> head(lane.producer.words->head, lane.producer.links, lane.slots.capacity, start.claim);
    return !start.held.empty() || head.has_more();
  }

  Opened finish(HeldWindow& held, std::shared_ptr<Mapping> mapping, ConsumerStart start, const Reading& reading) {
    const LaneView lane = mapping->lane();
    std::unique_ptr<DefaultedCopies> copies;
    if (reading.verdict == Verdict::compatible_by_default) {
      copies = std::make_unique<DefaultedCopies>(lane.slots, info_.message_bytes, reading.fields_end, reading.unknown,
                                                 construct_);
    }
    RoleLock& locks = *held.lock;
    auto attachment =
        std::make_unique<Attachment>(Role::consumer, name_, held.window.path, std::move(mapping), std::move(held.lock));
    sign(lane, Role::consumer, info_.version);
    ConsumerRef core(new ConsumerCore(std::move(attachment), lane, std::move(start), options_.wait, std::move(copies)));
    if (options_.start == Start::newest) core->skip_unread();
    locks.release_setup();
    return core;
  }

  const ChannelInfo& info_;
  const OpenOptions& options_;
  Construct construct_;
  ChannelName name_;
};

}  // namespace

Result<ConsumerRef> open(const ChannelInfo& info, const OpenOptions& options, Construct construct) {
  return open_for(info, std::chrono::nanoseconds{0}, options, construct);
}

Result<ConsumerRef> open_for(const ChannelInfo& info, std::chrono::nanoseconds timeout, const OpenOptions& options,
                             Construct construct) {
  const ChannelName name{info.name, options.instance};
  if (auto error = check_instance(name)) return *error;
  const auto begun = Clock::now();
  for (std::chrono::milliseconds pause{1};; pause = std::min(pause * 2, std::chrono::milliseconds{10})) {
    Look look = ConsumerSetup(info, options, construct, name).look();
    if (look.result || !look.may_change) return std::move(look.result);
    if (Clock::now() - begun >= timeout) {
      const bool is_missing = look.result.error().code() == ErrorCode::window_missing;
      return is_missing ? Result<ConsumerRef>(window_missing(name, timeout)) : std::move(look.result);
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace sluice::detail
