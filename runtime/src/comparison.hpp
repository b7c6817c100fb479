// Two descriptors -> a verdict, and every difference. The only comparison of schemas there is: a consumer's handshake
// and `sluice diff` both call it. Descriptors must have passed verify_descriptor().
#pragma once

#include <cstdint>
#include <vector>

#include <sluice/detail/defaulted_copies.hpp>

#include "difference.hpp"

namespace sluice::descriptor {
struct Channel;
}

namespace sluice::detail {

enum class Verdict : std::uint8_t {
  identical,
  compatible,             // the producer's minor is newer, or adds nothing: read in place
  compatible_by_default,  // the producer's minor is older: the reader's newer fields hold their defaults
  incompatible,
};

struct Comparison {
  Verdict verdict = Verdict::identical;
  std::vector<Difference> differences;   // what makes both incompatible
  std::vector<Difference> additions;     // what a newer minor brought: no reason to refuse
  std::vector<ByteRange> unknown_there;  // inline parts of the reader's fields that the other side does not know
};

/// What a reader built from `here` makes of messages laid out by `there`.
Comparison compare(const descriptor::Channel& here, const descriptor::Channel& there);

}  // namespace sluice::detail
