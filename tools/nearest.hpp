// What a mistyped word was meant to be.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sluice::tools {

/// The word that fewest changed letters turn `given` into; none where more than half of them would change.
std::optional<std::string> nearest(const std::string& given, const std::vector<std::string>& words);

}  // namespace sluice::tools
