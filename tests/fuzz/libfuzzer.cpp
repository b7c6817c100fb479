#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {  // NOLINT: libFuzzer's name
  sluice::fuzz::run_target(bytes, size);
  return 0;
}
