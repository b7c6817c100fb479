// What a consumer is told whose schema does not fit the producer's: a comparison in words, and what to do.
#pragma once

#include <sluice/channel_info.hpp>
#include <sluice/error.hpp>
#include <sluice/stats.hpp>

#include "channel_name.hpp"
#include "comparison.hpp"

namespace sluice::detail {

/// The refusal of a consumer whose schema is `here`, for people.
Error incompatible(const ChannelName& name, const Comparison& comparison, Version here, Version there,
                   const Peer& producer);

/// The same where that producer has ended: the next one will replace its window.
Error outdated(const ChannelName& name, const Comparison& comparison, Version here, Version there,
               const Peer& producer);

}  // namespace sluice::detail
