#include "verify_descriptor.hpp"

#include <algorithm>

#include "descriptor_generated.h"
#include "user_schema.hpp"

namespace sluice::detail {

namespace {

// A verified buffer may still let thousands of entries share one long name: comparing it would fill the memory.
constexpr std::size_t kMaxTextBytes = 256;
constexpr std::size_t kMaxEntries = 16'384;

bool is_short(const flatbuffers::String* string) { return string == nullptr || string->size() <= kMaxTextBytes; }

bool is_plain(const flatbuffers::String* string) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return string == nullptr || std::none_of(string->begin(), string->end(), is_control);
}

// Counts what a comparison would visit, and looks at every text that it would print.
class Limits {
 public:
  bool hold_for(const descriptor::Channel& channel) {
    check(channel.name());
    if (channel.payload() != nullptr) check(channel.payload()->root());
    type(*channel.message());
    for (const descriptor::Type* entry : *channel.types()) type(*entry);
    for (const descriptor::Enum* entry : *channel.enums()) {
      check(entry->name());
      check(entry->type());
      for (const descriptor::EnumValue* value : *entry->values()) {
        check(value->name());
        check(value->value());
        if (++entries_ > kMaxEntries) return false;
      }
    }
    return held_ && entries_ <= kMaxEntries;
  }

 private:
  void type(const descriptor::Type& type) {
    check(type.name());
    for (const descriptor::Field* field : *type.fields()) {
      if (++entries_ > kMaxEntries) return;
      check(field->name());
      check(field->type());
      for (const auto* const string : {field->unit(), field->frame(), field->scale(), field->invalid()}) check(string);
    }
  }
  void check(const flatbuffers::String* string) { held_ = held_ && is_short(string) && is_plain(string); }

  bool held_ = true;
  std::size_t entries_ = 0;
};

}  // namespace

const descriptor::Channel* verify_descriptor(const std::uint8_t* bytes, std::size_t size) noexcept {
  constexpr flatbuffers::uoffset_t max_depth = 16;
  constexpr flatbuffers::uoffset_t max_tables = 100'000;
  flatbuffers::Verifier verifier(bytes, size, max_depth, max_tables);
  if (!descriptor::VerifyChannelBuffer(verifier)) return nullptr;
  const descriptor::Channel* const channel = descriptor::GetChannel(bytes);
  const descriptor::Payload* const payload = channel->payload();
  if (!Limits().hold_for(*channel) || (payload != nullptr && !UserSchema(*payload).is_sound())) return nullptr;
  return channel;
}

}  // namespace sluice::detail
