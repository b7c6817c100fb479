// Runs sluicegen, the one reader of schemas.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sluice::tools {

/// The descriptor of the schema `file`, a path from `folder`, as those of `import_folders` are. Throws ToolError with
/// sluicegen's own lines; `name` is what the user calls the schema.
std::vector<std::uint8_t> describe(const std::string& name, const std::filesystem::path& file,
                                   const std::filesystem::path& folder, const std::vector<std::string>& import_folders);

std::vector<std::uint8_t> bytes_of(const std::filesystem::path& file);

}  // namespace sluice::tools
