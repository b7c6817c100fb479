// How messages of one channel are made by hand and put into slots, whichever kind its schema says: hand_producer.hpp
// knows slots only, publish.cpp only what the user wrote.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "given.hpp"
#include "message_schema.hpp"

namespace sluice::tools {

class HandMessage {
 public:
  HandMessage() = default;
  HandMessage(const HandMessage&) = delete;
  HandMessage& operator=(const HandMessage&) = delete;
  virtual ~HandMessage() = default;

  /// Makes what a new window's slots hold.
  virtual void make_new(std::byte* slot) const = 0;
  /// What put() takes. Throws ToolError for what the schema does not allow.
  virtual std::vector<std::byte> encode(const Given& given) const = 0;
  /// Writes all of a loaned slot but its number.
  virtual void put(std::byte* slot, const std::vector<std::byte>& message) const = 0;
};

/// @param schema  outlives what is returned.
std::unique_ptr<HandMessage> hand_message(const MessageSchema& schema);

}  // namespace sluice::tools
