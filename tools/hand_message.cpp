#include "hand_message.hpp"

#include <cstring>

#include "encode.hpp"
#include "encode_table.hpp"
#include "frozen_image.hpp"
#include "table_slot.hpp"

namespace sluice::tools {

namespace {

/// Fields at constant places.
class FrozenMessage final : public HandMessage {
 public:
  explicit FrozenMessage(const MessageSchema& schema) : schema_(schema), defaults_(frozen_image(schema)) {}

  void make_new(std::byte* slot) const override { std::memcpy(slot, defaults_.data(), defaults_.size()); }
  std::vector<std::byte> encode(const Given& given) const override { return tools::encode(schema_, defaults_, given); }
  void put(std::byte* slot, const std::vector<std::byte>& message) const override {
    std::memcpy(slot + kPrefixBytes, message.data() + kPrefixBytes, message.size() - kPrefixBytes);
  }

 private:
  static constexpr std::size_t kPrefixBytes = 16;  // offsets that are the same in each message, and the number

  const MessageSchema& schema_;
  std::vector<std::byte> defaults_;
};

/// A FlatBuffers table of the user's own schema.
class TableInSlot final : public HandMessage {
 public:
  explicit TableInSlot(const MessageSchema& schema) : schema_(schema) {}

  void make_new(std::byte* slot) const override { make_table_slot(slot, schema_.region_bytes()); }
  std::vector<std::byte> encode(const Given& given) const override { return encode_table(schema_, given); }
  void put(std::byte* slot, const std::vector<std::byte>& message) const override {
    put_table(slot, schema_.region_bytes(), message);
  }

 private:
  const MessageSchema& schema_;
};

}  // namespace

std::unique_ptr<HandMessage> hand_message(const MessageSchema& schema) {
  if (schema.is_table()) return std::make_unique<TableInSlot>(schema);
  return std::make_unique<FrozenMessage>(schema);
}

}  // namespace sluice::tools
