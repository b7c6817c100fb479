// The receiving end of exchange_peer: takes what it publishes and checks number, order and content of each.
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string>

#include <child_process.hpp>

#include "relay_messages.hpp"
#include "tight_messages.hpp"

namespace tests {

struct Taken {
  std::uint64_t messages = 0;
  std::uint64_t wrong = 0;  ///< of them, those that were not as they should be
};

/// Takes until the producer has left; fails a check where it still is there and a message does not come.
template <class Channel>
Taken take_all(sluice::Consumer<Channel>& consumer) {
  Taken taken;
  for (;;) {
    const auto sample = consumer.take_for(std::chrono::seconds{20});
    if (!sample) {
      CHECK_MESSAGE(sample.reason() == sluice::Reason::closed, "behind message ", taken.messages);
      return taken;
    }
    const std::uint64_t number = ++taken.messages;
    taken.wrong += sample.sequence() == number && !sample.redelivered() && is_filled(*sample, number) ? 0 : 1;
  }
}

inline ChildProcess exchange_peer(const char* channel, const std::string& instance, std::uint64_t messages,
                                  std::size_t batch, const char* wait) {
  return ChildProcess{"exchange_peer",
                      {channel, instance, std::to_string(messages), std::to_string(batch), wait},
                      std::chrono::seconds{100}};
}

/// How many messages exchange_peer says that it has published; it says so when all are taken.
inline std::uint64_t published(ChildProcess& peer) {
  const std::string line = peer.read_line();
  REQUIRE_MESSAGE(line.starts_with("done "), line);
  return std::stoull(line.substr(5));
}

}  // namespace tests
