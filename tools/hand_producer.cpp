#include "hand_producer.hpp"

#include <cstring>
#include <utility>

#include <sluice/channel_info.hpp>

#include "descriptor_generated.h"

namespace sluice::tools {

namespace {

// A Construct is a plain function: generated code has one for each type. Here it finds its message in this.
std::vector<std::byte> new_message;

void construct(void* slot) { std::memcpy(slot, new_message.data(), new_message.size()); }

constexpr std::size_t kPrefixBytes = 16;  // a slot's own: offsets that are the same in each message, and the number

ChannelInfo info_of(const descriptor::Channel& channel, const char* name, const std::vector<std::uint8_t>& bytes) {
  return {name,
          {channel.major(), channel.minor()},
          channel.fingerprint(),
          static_cast<Order>(channel.order()),
          static_cast<Overflow>(channel.overflow()),
          channel.capacity(),
          channel.message()->size(),
          {bytes.data(), bytes.size()}};
}

}  // namespace

HandProducer::HandProducer(const std::vector<std::uint8_t>& descriptor, std::vector<std::byte> message,
                           const CreateOptions& options)
    : descriptor_(descriptor) {
  const descriptor::Channel& channel = *descriptor::GetChannel(descriptor_.data());
  name_ = channel.name()->str();
  new_message = std::move(message);
  core_ = detail::create(info_of(channel, name_.c_str(), descriptor_), options, construct).value();
}

Reason HandProducer::publish(const std::vector<std::byte>& message, std::chrono::nanoseconds patience) {
  detail::SlotIndex slot = detail::kNil;
  if (const Reason reason = core_->loan_for(slot, patience); reason != Reason::none) return reason;
  std::memcpy(static_cast<std::byte*>(core_->slot(slot)) + kPrefixBytes, message.data() + kPrefixBytes,
              message.size() - kPrefixBytes);
  return core_->publish(slot) ? Reason::none : core_->status();
}

}  // namespace sluice::tools
