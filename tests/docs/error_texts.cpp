// Prints the text of each error code as docs/api.md shows it, from the functions that make them.
// Arguments: two descriptors in files, of the schema here and of the producer's.
#include <cerrno>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "descriptor_generated.h"
#include "errors.hpp"
#include "handshake.hpp"
#include "verify_descriptor.hpp"

namespace {

using namespace std::chrono_literals;
using namespace sluice::detail;

const ChannelName kImu{"demo.imu", ""};
const ChannelName kLeft{"demo.imu", "left"};
const ChannelName kCamera{"demo.camera", ""};
const sluice::Peer kPeer{4242, {1, 2}};

std::vector<std::uint8_t> bytes_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

sluice::Error incompatible_schemas(const char* here_path, const char* there_path) {
  const auto here_bytes = bytes_of(here_path);
  const auto there_bytes = bytes_of(there_path);
  const auto& here = *verify_descriptor(here_bytes.data(), here_bytes.size());
  const auto& there = *verify_descriptor(there_bytes.data(), there_bytes.size());
  return incompatible(kImu, compare(here, there), {here.major(), here.minor()}, {there.major(), there.minor()}, kPeer);
}

}  // namespace

int main(int, char** arguments) {
  const sluice::Error errors[] = {
      invalid_instance({"demo.imu", "Left/1"}),
      invalid_mode(kImu, 0666),
      unknown_group(kImu, "pilots"),
      role_taken(kLeft, Role::consumer, kPeer),
      window_missing(kImu, 2s),
      shared_memory_full(kCamera, 67'125'248, 8'388'608, 16, 4'194'368),
      permission_denied(kImu, kImu.path(NameKind::shared), "open"),
      not_in_group(kImu, 4'000'001),
      untrusted_owner(kImu, kImu.path(NameKind::shared), 4'000'001, NameKind::shared),
      world_writable(kImu, kImu.path(NameKind::shared)),
      not_owner(kImu, kImu.path(NameKind::shared), 4'000'001),
      foreign_object(kImu, kImu.path(NameKind::shared), "it is empty"),
      damaged_window(kImu, kImu.path(NameKind::shared), "it has 12,288 bytes, its header says 24,576"),
      other_format(kImu, kImu.path(NameKind::shared), 2, 1),
      incompatible_schemas(arguments[1], arguments[2]),
      busy(kImu, 2000ms),
      poisoned(kImu, Role::consumer, "tag", 17'592'186'044'415),
      forked(kImu, Role::producer),
      memory_not_locked(kImu, 24'576, ENOMEM),
  };
  for (const sluice::Error& error : errors) std::cout << "[" << to_string(error.code()) << "] " << error.what() << "\n";
}
