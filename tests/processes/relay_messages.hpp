// What the tests' relay messages hold: everything follows from the number, so that a torn or misplaced one shows.
#pragma once

#include <string>

#include <tests/relay.channel.hpp>

namespace tests {

/// For every message that has relay's fields.
template <class Message>
void fill_as_relay(Message& message, std::uint64_t number) {
  message.value = number;
  message.inverse = ~number;
  message.words = {number + 1, number + 2, number + 3};
  message.text = number % 2 == 0 ? "even" : "quite odd";
}

template <class Message>
bool is_filled_as_relay(const Message& message, std::uint64_t number) {
  return message.value == number && message.inverse == ~number && message.words[0] == number + 1 &&
         message.words[1] == number + 2 && message.words[2] == number + 3 &&
         message.text == (number % 2 == 0 ? "even" : "quite odd");
}

inline void fill(Relay& message, std::uint64_t number) { fill_as_relay(message, number); }
inline bool is_filled(const Relay& message, std::uint64_t number) { return is_filled_as_relay(message, number); }

inline std::string describe(const Relay& message) {
  std::string words;
  for (const std::uint64_t word : message.words) words += " " + std::to_string(word);
  return std::to_string(message.value) + " " + std::to_string(message.inverse) + words + " " +
         std::string(message.text.view());
}

}  // namespace tests
