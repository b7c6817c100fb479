// What is wrong with the files under the runtime's names, one finding a file; none for a window that is fine.
#pragma once

#include <optional>
#include <vector>

#include "finding.hpp"
#include "nameless_windows.hpp"
#include "window_list.hpp"

namespace sluice::tools {

std::optional<Finding> finding_on(const Listed& entry);
Finding finding_on(const NamelessWindow& window);

}  // namespace sluice::tools
