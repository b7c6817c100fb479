// Scenario 20, without a fuzzer: each byte of a window's header and descriptor, changed in three ways. Both roles open
// it, or say in a sentence why not.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <string>

#include <sanitized.hpp>
#include <test_channel.hpp>

#include "relay_messages.hpp"
#include "window_file.hpp"

namespace {

/// Puts a file with these bytes, and no holes, under the name.
void place(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::trunc) << bytes; }

template <class Endpoint>
std::string outcome(const sluice::Result<Endpoint>& result) {
  if (result) return "ok";
  CHECK(std::string(result.error().what()).starts_with("sluice: channel '"));
  return sluice::to_string(result.error().code());
}

}  // namespace

TEST_CASE(
    "scenario 20: a window with one byte of its header or descriptor changed is opened, or refused with a reason") {
  const TestChannel channel(TestChannel::Leftovers::expected);
  const std::string path = channel.own_path("tests.relay");
  {
    auto producer = tests::RelayProducer::create({.instance = channel.instance(), .keep = true});
    producer.loan().publish();  // so that there is something to open it for
  }
  const std::string whole = WindowFile(path).bytes();
  const auto geometry = WindowFile(path).header().geometry;
#if defined(SLUICE_TEST_SANITIZED)
  constexpr std::uint64_t step = 5;
#else
  constexpr std::uint64_t step = 1;
#endif
  std::map<std::string, int> outcomes;
  for (std::uint64_t at = 0; at < geometry.producer_offset;
       at += at < sizeof(sluice::detail::HeaderFields) ? 1 : step) {
    for (const int change : {0x01, 0x80, 0xFF}) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ change);
      // Where the descriptor is to be looked at, the fingerprint must not say that both are equal.
      if (at >= geometry.descriptor_offset) bytes[offsetof(sluice::detail::HeaderFields, fingerprint)] ^= 1;
      place(path, bytes);
      ++outcomes["consumer " + outcome(tests::RelayConsumer::try_open({.instance = channel.instance()}))];
      place(path, bytes);
      ++outcomes["producer " + outcome(tests::RelayProducer::try_create({.instance = channel.instance()}))];
    }
  }

  std::string said;
  for (const auto& [what, count] : outcomes) said += what + ": " + std::to_string(count) + "\n";
  MESSAGE(said);
  CHECK(outcomes["consumer damaged_window"] > 200);
  CHECK(outcomes["consumer incompatible"] > 20);
  CHECK(outcomes["consumer ok"] > 20);
  CHECK(outcomes["producer ok"] > 20);
  for (const char* const never : {"consumer system", "producer system", "consumer busy", "producer busy"}) {
    CHECK(outcomes[never] == 0);
  }
}
