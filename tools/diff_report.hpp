// A SchemaDiff as people read it, and as scripts do.
#pragma once

#include <string>

#include "schema_diff.hpp"

namespace sluice::tools {

/// Lines: the verdict first, then each difference, both directions, notes and a hint, indented.
std::string as_text(const SchemaDiff& found);

/// One JSON object; docs/tools.md lists its keys.
std::string as_json(const SchemaDiff& found);

}  // namespace sluice::tools
