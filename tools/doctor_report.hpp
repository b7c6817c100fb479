// What `sluice doctor` says, for people and as JSON.
#pragma once

#include <cstdint>
#include <string>

#include "finding.hpp"
#include "machine_findings.hpp"
#include "palette.hpp"

namespace sluice::tools {

struct Diagnosis {
  std::uint64_t windows = 0;
  std::uint64_t in_use = 0;
  std::uint64_t window_bytes = 0;
  Machine machine;
  Findings findings;
  bool was_asked_to_fix = false;

  /// Problems that are still there.
  std::uint64_t problems() const noexcept;
};

std::string as_text(const Diagnosis& diagnosis, const Palette& palette);
std::string as_json(const Diagnosis& diagnosis);

}  // namespace sluice::tools
