// What the soak's messages hold: everything follows from the number.
#pragma once

#include <cstddef>
#include <cstdint>

#include <tests/soak_fifo.channel.hpp>
#include <tests/soak_latest.channel.hpp>
#include <tests/soak_lifo.channel.hpp>

namespace soak {

template <class Message>
void fill(Message& message, std::uint64_t number) {
  message.value = number;
  message.inverse = ~number;
  for (std::size_t at = 0; at < message.words.size(); ++at) message.words[at] = number + at;
  message.text = number % 2 == 0 ? "even" : "quite odd";
}

template <class Message>
bool is_filled(const Message& message, std::uint64_t number) {
  for (std::size_t at = 0; at < message.words.size(); ++at) {
    if (message.words[at] != number + at) return false;
  }
  return message.value == number && message.inverse == ~number &&
         message.text == (number % 2 == 0 ? "even" : "quite odd");
}

}  // namespace soak
