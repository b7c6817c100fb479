// A subject is a way to bring messages from one process to another. Its file defines a Kind, a struct with
//
//   static constexpr Traits traits;                      what it can do
//   static std::size_t arena_bytes(std::size_t bytes);   shared memory that it needs for each direction, or 0
//   template <std::size_t Bytes> class Sender;           Sender(const Link&)
//     bool try_send(Fill&& fill);                        fill(std::uint64_t* words), once a message; false: no room
//     void flush();                                      only if traits.batches: sends what is not sent yet
//   template <std::size_t Bytes> class Receiver;         Receiver(const Link&)
//     bool try_receive(Read&& read);                     read(const std::uint64_t* words); false: nothing there
//     bool receive_for(Read&& read, milliseconds);       only if traits.sleeps: asleep in the kernel until then
//
// and a function that makes a Subject of it. Constructors throw Refused. A side makes the objects of the forward link
// first; a constructor may wait for the other end of its own link only. try_send may be called again with an equal
// `fill` where it said false, and need not fill again then.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

#include "session.hpp"

namespace bench {

struct Traits {
  bool lossless = true;      // every message sent arrives, or the sender is told that there is no room
  bool sleeps = false;       // has receive_for
  bool streams = true;       // can do more than one message at a time
  bool batches = false;      // has flush; no round trips
  bool threaded = false;     // has threads of its own, which share their side's core: whoever polls must yield
  bool one_process = false;  // the source does all the work: a limit, no transport
};

struct Subject {
  std::string name;  // for the command line: lower case and -
  std::string title;
  std::string group;  // sluice, growing, limit, queue or framework
  Traits traits;
  std::size_t (*arena_bytes)(std::size_t bytes);
  std::map<std::size_t, void (*)(Session&)> run;  // by bytes of content: one side, start to end

  bool can(Case which) const noexcept {
    if (sleeps(which) && !traits.sleeps) return false;
    if (is_round_trip(which)) return !traits.batches && !traits.one_process;
    return traits.streams && !(is_paced(which) && (traits.one_process || traits.batches));
  }
};

}  // namespace bench
