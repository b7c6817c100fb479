// All that the runtime learns about a channel: numbers and bytes, no types. Generated code makes one per channel.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice {

/// Which generated code this runtime fits; generated headers assert it.
inline constexpr int kGeneratedApi = 1;

/// A schema's version: a minor only appends fields, a major may change anything.
struct Version {
  std::uint16_t major;
  std::uint16_t minor;
};

/// In which order a consumer gets messages.
enum class Order : std::uint8_t {
  fifo,    ///< the oldest first: streams, commands, logs
  lifo,    ///< the newest first, the older ones after it: work whose newest item matters most
  latest,  ///< only the newest; each message replaces the one before: states, set-points, images for a display
};

/// What happens to a loan when the channel is full.
enum class Overflow : std::uint8_t { reject };

struct Bytes {
  const unsigned char* data;
  std::size_t size;
};

struct ChannelInfo {
  const char* name;  ///< namespace and channel: "demo.imu"
  Version version;
  std::uint64_t fingerprint;  ///< of all that a reader's meaning depends on
  Order order;
  Overflow overflow;
  std::uint32_t capacity;     ///< slots
  std::size_t message_bytes;  ///< of one message, vtables included
  Bytes descriptor;           ///< the schema as a FlatBuffer (runtime/schema/descriptor.fbs)
};

namespace detail {
/// Makes a message, all defaults, in a slot. The runtime knows no message type: generated code passes this.
using Construct = void (*)(void* slot);
}  // namespace detail

}  // namespace sluice
