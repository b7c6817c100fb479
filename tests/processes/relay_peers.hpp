// Processes that do with the channel tests.relay what a test tells them: peer.hpp says what they understand.
#pragma once

#include <doctest/doctest.h>

#include <child_process.hpp>
#include <test_channel.hpp>

inline ChildProcess peer(const TestChannel& channel) { return ChildProcess{"relay_peer", {channel.instance()}}; }

struct Pair {
  ChildProcess producer;
  ChildProcess consumer;
};

/// A producer that has made the channel, and a consumer that has opened it.
inline Pair attached_pair(const TestChannel& channel) {
  Pair pair{peer(channel), peer(channel)};
  CHECK(pair.producer.ask("create") == "created");
  CHECK(pair.consumer.ask("open") == "opened");
  return pair;
}
