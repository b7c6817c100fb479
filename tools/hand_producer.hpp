// A producer of any channel whose schema is known as a descriptor only: the runtime's own producer, with messages that
// come as bytes. Decision 0038 says why the bytes are made from the descriptor.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sluice/detail/endpoint.hpp>

#include "hand_message.hpp"

namespace sluice::tools {

class HandProducer {
 public:
  /// Attaches as the channel's producer, or makes the channel. One at a time per process.
  /// @param descriptor  verified.
  /// @param message  how its schema's messages are made; outlives this.
  /// Throws Error, as Producer::create() does: role_taken and others.
  HandProducer(const std::vector<std::uint8_t>& descriptor, const HandMessage& message, const CreateOptions& options);

  /// Publishes what the message's encode() made, waiting for a free slot. None, or why there was no slot.
  Reason publish(const std::vector<std::byte>& message, std::chrono::nanoseconds patience);

  detail::ProducerCore& core() noexcept { return *core_; }

 private:
  std::vector<std::uint8_t> descriptor_;
  const HandMessage& message_;
  std::string name_;
  detail::CoreRef<detail::ProducerCore> core_;
};

}  // namespace sluice::tools
