// Two descriptors -> a verdict, and every difference in words. The only comparison of schemas there is.
// Both are untrusted bytes until verify_descriptor() has passed them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sluice/channel_info.hpp>
#include <sluice/detail/defaulted_copies.hpp>
#include <sluice/error.hpp>
#include <sluice/stats.hpp>

#include "channel_name.hpp"

namespace sluice::descriptor {
struct Channel;
}

namespace sluice::detail {

enum class Verdict {
  identical,
  compatible,             // the producer's minor is newer, or adds nothing: read in place
  compatible_by_default,  // the producer's minor is older: the reader's newer fields hold their defaults
  incompatible,
};

struct Comparison {
  Verdict verdict = Verdict::identical;
  std::vector<std::string> differences;  // "field 'accel': unit m/s^2 here, g there"
  std::vector<ByteRange> unknown_there;  // inline parts of the reader's fields that the other side does not know
};

/// The root of a descriptor whose every offset has been checked; null if one is wrong.
const descriptor::Channel* verify_descriptor(const std::uint8_t* bytes, std::size_t size) noexcept;

/// What a reader built from `here` makes of messages laid out by `there`.
Comparison compare(const descriptor::Channel& here, const descriptor::Channel& there);

/// The refusal of a consumer whose schema is `here`, for people.
Error incompatible(const ChannelName& name, const Comparison& comparison, Version here, Version there,
                   const Peer& producer);

/// The same where that producer has ended: the next one will replace its window.
Error outdated(const ChannelName& name, const Comparison& comparison, Version here, Version there,
               const Peer& producer);

}  // namespace sluice::detail
