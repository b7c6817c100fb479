// The user's schema in a descriptor is another program's word: damaged, it is refused or can be compared.
#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "comparison.hpp"
#include "descriptor_generated.h"
#include "poses.hpp"
#include "verify_descriptor.hpp"

using namespace sluice::detail;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes descriptor_of(const sluice::ChannelInfo& info) {
  return {info.descriptor.data, info.descriptor.data + info.descriptor.size};
}

const sluice::descriptor::Channel* verified(const Bytes& bytes) {
  return verify_descriptor(bytes.data(), bytes.size());
}

std::uint8_t* payload_bytes(Bytes& bytes) {
  const auto* const payload = sluice::descriptor::GetChannel(bytes.data())->payload();
  return const_cast<std::uint8_t*>(payload->bfbs()->data());
}

}  // namespace

TEST_CASE("a damaged schema of tables is refused or compared, wherever the damage is, and nothing else happens") {
  const Bytes sound = descriptor_of(tests::TrackChannel::info);
  const auto* const here = verified(sound);
  REQUIRE(here != nullptr);
  const std::size_t size = here->payload()->bfbs()->size();
  std::size_t refused = 0;
  std::size_t differing = 0;
  for (std::size_t at = 0; at < size; ++at) {
    for (const int flip : {0x01, 0x10, 0x80, 0xff}) {
      Bytes damaged = sound;
      std::uint8_t* const byte = payload_bytes(damaged) + at;
      *byte = static_cast<std::uint8_t>(*byte ^ flip);
      const auto* const there = verified(damaged);
      if (there == nullptr) {
        ++refused;
      } else {
        differing += compare(*here, *there).verdict == Verdict::incompatible ? 1 : 0;
        differing += compare(*there, *here).verdict == Verdict::incompatible ? 1 : 0;
      }
    }
  }
  CHECK(refused > size / 4);
  CHECK(differing > 100);
}

TEST_CASE("a descriptor whose schema lacks its root is refused") {
  Bytes bytes = descriptor_of(tests::TrackChannel::info);
  const auto* const root = sluice::descriptor::GetChannel(bytes.data())->payload()->root();
  const_cast<std::uint8_t*>(root->Data())[root->size() - 1] = 'x';

  CHECK(verified(bytes) == nullptr);
}

TEST_CASE("two channels of one schema and other sizes differ in max_bytes only") {
  const Bytes here = descriptor_of(tests::TrackChannel::info);
  const Bytes there = descriptor_of(tests::NewestChannel::info);

  const Comparison found = compare(*verified(here), *verified(there));

  REQUIRE(found.differences.size() == 3);
  CHECK(in_words(found.differences[2], kHereThere) == "message: max_bytes 1024 here, 4096 there");
}
