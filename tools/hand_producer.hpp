// A producer of any channel whose schema is known as a descriptor only: the runtime's own producer, with messages that
// come as bytes. Decision 0038 says why the bytes are made from the descriptor.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sluice/detail/endpoint.hpp>

namespace sluice::tools {

class HandProducer {
 public:
  /// Attaches as the channel's producer, or makes the channel. One at a time per process.
  /// @param descriptor  verified, and of a channel whose messages are not tables of the user's own.
  /// @param new_message  frozen_image() of the schema: what a new window's slots hold.
  /// Throws Error, as Producer::create() does: role_taken and others.
  HandProducer(const std::vector<std::uint8_t>& descriptor, std::vector<std::byte> new_message,
               const CreateOptions& options);

  /// Publishes a message of the schema's size, waiting for a free slot. None, or why there was no slot.
  Reason publish(const std::vector<std::byte>& message, std::chrono::nanoseconds patience);

  detail::ProducerCore& core() noexcept { return *core_; }

 private:
  std::vector<std::uint8_t> descriptor_;
  std::string name_;
  detail::CoreRef<detail::ProducerCore> core_;
};

}  // namespace sluice::tools
