#include "hand_producer.hpp"

#include <sluice/channel_info.hpp>

#include "descriptor_generated.h"

namespace sluice::tools {

namespace {

// A Construct is a plain function: generated code has one for each type. Here it finds its message in this.
const HandMessage* new_message = nullptr;

void construct(void* slot) { new_message->make_new(static_cast<std::byte*>(slot)); }

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

HandProducer::HandProducer(const std::vector<std::uint8_t>& descriptor, const HandMessage& message,
                           const CreateOptions& options)
    : descriptor_(descriptor), message_(message) {
  const descriptor::Channel& channel = *descriptor::GetChannel(descriptor_.data());
  name_ = channel.name()->str();
  new_message = &message_;
  core_ = detail::create(info_of(channel, name_.c_str(), descriptor_), options, construct).value();
}

Reason HandProducer::publish(const std::vector<std::byte>& message, std::chrono::nanoseconds patience) {
  detail::SlotIndex slot = detail::kNil;
  if (const Reason reason = core_->loan_for(slot, patience); reason != Reason::none) return reason;
  message_.put(static_cast<std::byte*>(core_->slot(slot)), message);
  return core_->publish(slot) ? Reason::none : core_->status();
}

}  // namespace sluice::tools
