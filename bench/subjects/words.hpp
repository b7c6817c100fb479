// Where the words of a generated message lie.
#pragma once

#include <cstdint>

namespace bench {

template <class Message>
std::uint64_t* words(Message& message) noexcept {
  if constexpr (requires { message.words; }) {
    return message.words.data();
  } else {
    return &message.w0;  // fields of one type follow each other without a gap
  }
}

template <class Message>
const std::uint64_t* words(const Message& message) noexcept {
  return words(const_cast<Message&>(message));
}

}  // namespace bench
