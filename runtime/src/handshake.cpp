#include "handshake.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "errors.hpp"

namespace sluice::detail {

namespace {

constexpr std::size_t kMaxDifferences = 64;

std::string hint(Version here, Version there) {
  if (here.major != there.major) {
    return "rebuild this consumer with the producer's schema, or run the producer at " + std::to_string(here.major) +
           ".x";
  }
  if (here.minor == there.minor)
    return "both say version " + shown(here) + ": give the changed schema a new version, and rebuild both";
  return "within a major version fields are only appended: give the changed schema a new major, and rebuild both";
}

Error refusal(std::string text, const Comparison& comparison, const std::string& hint) {
  const std::size_t shown_differences = std::min(comparison.differences.size(), kMaxDifferences);
  for (std::size_t at = 0; at < shown_differences; ++at) {
    text += "\n  " + in_words(comparison.differences[at], kHereThere);
  }
  if (const std::size_t more = comparison.differences.size() - shown_differences; more > 0) {
    text += "\n  and " + std::to_string(more) + " more";
  }
  return {ErrorCode::incompatible, text + "\n  hint: " + hint};
}

std::string built_for(const ChannelName& name, Version here) {
  return "sluice: " + name.shown() + ": this consumer was built for version " + shown(here);
}

}  // namespace

Error incompatible(const ChannelName& name, const Comparison& comparison, Version here, Version there,
                   const Peer& producer) {
  const std::string offer = ", producer pid " + std::to_string(producer.pid) + " offers " + shown(there);
  return refusal(built_for(name, here) + offer + ": incompatible", comparison, hint(here, there));
}

Error outdated(const ChannelName& name, const Comparison& comparison, Version here, Version there,
               const Peer& producer) {
  const std::string left = ", producer pid " + std::to_string(producer.pid) + ", which has ended, left " + shown(there);
  return refusal(built_for(name, here) + left + ": incompatible", comparison,
                 "start the producer of this consumer's schema: it replaces what is left");
}

}  // namespace sluice::detail
