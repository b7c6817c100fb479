// What messages of the channels with very few slots hold.
#pragma once

#include <cstdint>

#include <tests/tight_four.channel.hpp>
#include <tests/tight_one.channel.hpp>
#include <tests/tight_two.channel.hpp>

namespace tests {

template <class Message>
auto fill(Message& message, std::uint64_t number) -> decltype(message.inverse = number, void()) {
  message.value = number;
  message.inverse = ~number;
}

template <class Message>
auto is_filled(const Message& message, std::uint64_t number) -> decltype(message.inverse == number) {
  return message.value == number && message.inverse == ~number;
}

}  // namespace tests
