// The management words of a lane as they lie in the window: who writes which, and on which cache line.
// Each part is written by its role alone, but for `shared_claim` of order latest. Groups that are used together share a
// line of 128 bytes (two 64-byte lines: CPUs fetch neighbours in pairs); nothing of the other role is ever on it.
#pragma once

#include <cstddef>
#include <cstdint>

#include <sluice/channel_info.hpp>
#include <sluice/detail/memory.hpp>

namespace sluice::detail {

inline constexpr std::size_t kLineBytes = 128;

/// What a role is about to do to `shared_claim`: order latest only.
struct ClaimIntent {
  Word bit;   // 2^63 + the role's own bit as it will show, or 0
  Word from;  // the number that the claim shows
  Word to;    // the number that it will show
};

struct ProducerWords {
  alignas(kLineBytes) Word head;  // {tag, index} of the newest message

  alignas(kLineBytes) Word published;  // number of the newest message, behind the word while a push is under way
  Word collected;                      // how many give-backs have been taken up
  ClaimIntent drop;                    // order latest: messages about to be taken back

  alignas(kLineBytes) HalfWord bell;  // a sleeping consumer waits on it
  HalfWord armed;                     // odd: this producer sleeps or is about to
  HalfWord sleeps;                    // not 0: it may sleep at all

  alignas(kLineBytes) HalfWord pid;
  HalfWord version;  // major << 16 | minor of its schema
  HalfWord keep;     // not 0: the window stays when its last user leaves
  Word rejected;     // loans refused because the channel was full
  Word dropped;      // order latest: messages that a newer one replaced
};

struct ConsumerWords {
  alignas(kLineBytes) Word free;  // {tag, index} of the slot given back last

  alignas(kLineBytes) Word finished;  // {tag, index} as `free` will show it: slots that wait are in it
  Word claim;                         // how many messages have been taken up; order latest: shared_claim instead
  Word delivered;                     // the highest number handed to the application
  ClaimIntent taking;                 // order latest: messages about to be taken up

  alignas(kLineBytes) Word shared_claim;  // order latest: {number:62, s, t}, written by both roles

  alignas(kLineBytes) HalfWord bell;  // a sleeping producer waits on it
  HalfWord armed;
  HalfWord sleeps;

  alignas(kLineBytes) HalfWord pid;
  HalfWord version;
  Word taken;        // messages handed to the application, repeats included
  Word redelivered;  // of those, repeats after a consumer's death
  Word skipped;      // messages taken up and given back unread
  Word in_hand;      // order lifo: messages taken up and not handed out yet
  Word invalid;      // FlatBuffers tables that the verifier refused
};

static_assert(sizeof(ProducerWords) == 4 * kLineBytes && sizeof(ConsumerWords) == 5 * kLineBytes);

/// A role's part: its words, link_count(capacity) links, and one mark per slot.
template <class Words>
struct Part {
  Words* words;
  Link* links;
  Mark* marks;
};

/// Which of the slots that came back is loaned next.
enum class Reuse : std::uint8_t {
  in_turn,  // the one that came back first; they go back in chains
  warmest,  // the one that came back last, which a cache still holds; each goes back at once
};

/// The pool of slots. Numbers stand in the slots themselves, so that an observer can tell a torn copy.
struct SlotPool {
  std::byte* base;
  std::size_t stride_bytes;
  std::uint32_t capacity;
  Reuse reuse;
};

/// Where the parts of one lane are mapped in this process. The counts are private copies, checked at attach.
struct LaneView {
  Part<ProducerWords> producer;
  Part<ConsumerWords> consumer;
  SlotPool slots;
  Order order;
};

}  // namespace sluice::detail
