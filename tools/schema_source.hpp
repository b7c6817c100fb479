// What a user names as a schema -> its descriptor. A name is a schema file, a descriptor file, or either of them in a
// git revision: "HEAD~3:schemas/imu.yaml". Schemas are read by sluicegen, which is run for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tool_error.hpp"

namespace sluice::descriptor {
struct Channel;
}

namespace sluice::tools {

class Schema {
 public:
  /// Throws ToolError if the bytes are no descriptor; `name` is what the error calls them.
  Schema(const std::string& name, std::vector<std::uint8_t> bytes);

  const descriptor::Channel& channel() const noexcept { return *channel_; }

 private:
  std::vector<std::uint8_t> bytes_;
  const descriptor::Channel* channel_;  // into bytes_, whose storage a move keeps
};

/// Folders where schemas look for what they import, besides their own: those of a revision for its schemas.
using ImportFolders = std::vector<std::string>;

/// Throws ToolError that says what cannot be read and why, with git's or sluicegen's own words.
Schema read_schema(const std::string& name, const ImportFolders& import_folders);

/// "v1.2:" is a revision without a file: each schema is meant at its own place in it.
bool is_bare_revision(const std::string& name);

/// The schema `name`, as it was in the revision; none if it was not there.
std::optional<Schema> read_schema_at(const std::string& bare_revision, const std::string& name,
                                     const ImportFolders& import_folders);

}  // namespace sluice::tools
