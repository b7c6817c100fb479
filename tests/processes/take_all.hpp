// The receiving end of exchange_peer: takes what it publishes and checks number, order and content of each.
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>

#include <child_process.hpp>

#include "relay_messages.hpp"
#include "tight_messages.hpp"

namespace tests {

/// Returns how many were not as they should be; stops, with a failed check, where one does not come.
template <class Channel>
std::uint64_t take_all(sluice::Consumer<Channel>& consumer, std::uint64_t messages) {
  std::uint64_t wrong = 0;
  for (std::uint64_t number = 1; number <= messages; ++number) {
    const auto sample = consumer.take_for(std::chrono::seconds{20});
    if (!sample) {
      FAIL_CHECK("message " << number << " did not come: " << sluice::to_string(sample.reason()));
      break;
    }
    wrong += sample.sequence() == number && !sample.redelivered() && is_filled(*sample, number) ? 0 : 1;
  }
  return wrong;
}

inline ChildProcess exchange_peer(const char* channel, const std::string& instance, std::uint64_t messages,
                                  std::size_t batch, const char* wait) {
  return ChildProcess{"exchange_peer",
                      {channel, instance, std::to_string(messages), std::to_string(batch), wait},
                      std::chrono::seconds{100}};
}

}  // namespace tests
