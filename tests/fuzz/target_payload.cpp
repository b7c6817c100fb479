// A slot whose bytes a peer wrote as it liked: a message of fields, or one that is a FlatBuffers table.
// Promised: accessors, copies, defaulted copies and the verifier read nothing outside of the slot, and a reader's own
// program meets no value that the language does not define.
//
// An input: u8 what it is, then the slot's bytes.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include <sluice/detail/defaulted_copies.hpp>

#include <fuzz/probe.channel.hpp>
#include <tests/track.channel.hpp>

#include "input.hpp"
#include "probe_reader.hpp"
#include "target.hpp"

namespace sluice::fuzz {

namespace {

using detail::SlotIndex;
using detail::SlotPool;
using ::fuzz::Probe;

/// A slot with nothing behind it, so that a sanitizer sees who reads on.
template <class Message>
class Slot {
 public:
  explicit Slot(Input& input) : bytes_(static_cast<std::byte*>(::operator new(sizeof(Message), kAlignment))) {
    new (bytes_.get()) Message;
    // The prefix but for the number is the runtime's business: what follows it is the peer's.
    constexpr std::size_t prefix_bytes = 16;
    const bool is_table = !std::is_same_v<Message, Probe>;
    const std::size_t from = is_table ? 0 : prefix_bytes;
    input.copy(bytes_.get() + from, sizeof(Message) - from);
  }
  Message& message() const { return *reinterpret_cast<Message*>(bytes_.get()); }
  SlotPool pool() const { return {bytes_.get(), sizeof(Message), 1, sluice::detail::Reuse::in_turn}; }

 private:
  static constexpr std::align_val_t kAlignment{alignof(Message) < 64 ? 64 : alignof(Message)};
  struct Free {
    void operator()(std::byte* bytes) const { ::operator delete(bytes, kAlignment); }
  };
  std::unique_ptr<std::byte, Free> bytes_;
};

std::string read_fields(Input& input) {
  const Slot<Probe> slot(input);
  const std::uint64_t sum = sum_of(slot.message());
  const Probe copy(slot.message());
  Probe assigned;
  assigned = slot.message();
  demand(sum_of(copy) == sum && sum_of(assigned) == sum, "a copy reads as the message does");
  demand(copy.peaks.size() <= copy.peaks.capacity() && copy.tracks.size() <= copy.tracks.capacity() &&
             copy.label.size() <= copy.label.capacity(),
         "a length is within its bound");
  return "read";
}

std::string read_defaulted(Input& input) {
  const std::size_t late_at = offsetof(Probe, late);
  const Slot<Probe> slot(input);
  detail::DefaultedCopies copies(slot.pool(), sizeof(Probe), late_at, {{late_at, sizeof(Probe::late)}},
                                 detail::construct<Probe>);
  const auto& copy = *static_cast<const Probe*>(copies.refresh(SlotIndex{0}));
  (void)sum_of(copy);
  demand(copy.late == 7, "what an older producer does not know has its default");
  return "read_with_defaults";
}

std::uint64_t sum_of_pose(const tests::geo::Pose& pose, int depth) {
  std::uint64_t sum = pose.name()->size() + static_cast<std::uint64_t>(pose.kind());
  if (const auto* const samples = pose.samples()) {
    for (const std::uint8_t sample : *samples) sum += sample;
  }
  if (const auto* const circle = pose.shape_as_Circle()) sum += circle->radius() > 0 ? 1 : 0;
  if (pose.parts() == nullptr || depth == 0) return sum;
  for (const auto* const part : *pose.parts()) sum += sum_of_pose(*part, depth - 1);
  return sum;
}

std::string read_table(Input& input) {
  using Message = tests::TrackChannel::Message;
  const Slot<Message> slot(input);
  const detail::TablePlace place = slot.message().find_();
  if (place.region == nullptr) return "no_table";
  const auto* const from = reinterpret_cast<const unsigned char*>(&slot.message());
  demand(place.data() >= from && place.data() + place.size <= from + sizeof(Message), "a table lies in its slot");
  if (!detail::verify_table<Message::Root>(place)) return "invalid_table";
  // Bounded here, since tables may share parts: what a program walks is the program's own choice.
  (void)sum_of_pose(*flatbuffers::GetRoot<Message::Root>(place.data()), 3);
  return "table";
}

}  // namespace

std::string run_target(const std::uint8_t* bytes, std::size_t size) {
  Input input(bytes, size);
  const std::uint32_t what = input.below(3);
  if (what == 0) return read_fields(input);
  return what == 1 ? read_defaulted(input) : read_table(input);
}

}  // namespace sluice::fuzz
