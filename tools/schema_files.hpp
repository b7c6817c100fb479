// A channel's descriptor -> the schema files that sluicegen makes the same descriptor of: `sluice inspect --schema`.
// What a descriptor does not hold is not brought back: comments, files' own docs, and what the message does not reach
// of imported files. Types of other namespaces come as files to import, one for each namespace; the FlatBuffers schema
// of a message that is a table comes as one .fbs file.
#pragma once

#include <string>
#include <vector>

namespace sluice::descriptor {
struct Channel;
}

namespace sluice::tools {

struct SchemaFile {
  std::string name;  // "imu.yaml"
  std::string text;
};

/// The channel's own file first, then those that it imports or names.
/// Throws ToolError for names that no schema can have.
std::vector<SchemaFile> schema_files(const descriptor::Channel& channel);

}  // namespace sluice::tools
