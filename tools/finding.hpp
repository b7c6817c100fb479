// What `sluice doctor` has to say about one thing: what it is, what that means, and what to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "window_file.hpp"

namespace sluice::tools {

enum class Weight : std::uint8_t {
  note,     // good to know
  problem,  // something should be done about it
};

struct Finding {
  std::string kind;     // for scripts: "dead_window"
  std::string subject;  // "tests.relay/one"
  Weight weight = Weight::problem;
  std::string what;   // "nobody uses this window any more"
  std::string means;  // sentences
  std::string todo;   // empty: nothing
  std::optional<WindowFile> file{};
  bool can_be_removed = false;  // by --fix: it is provably dead
  bool is_kept = false;         // by its producer's wish: --fix needs to be asked for it
  std::string outcome{};        // of --fix; empty: nothing was tried
  bool is_fixed = false;
};

using Findings = std::vector<Finding>;

}  // namespace sluice::tools
