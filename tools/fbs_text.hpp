// A FlatBuffers schema as a descriptor carries it -> the text of an .fbs file that flatc makes the same of.
// flatc keeps no comments, file names, file_identifier, file_extension or native_include: all that is left is one file.
#pragma once

#include <string>

namespace sluice::descriptor {
struct Payload;
}

namespace sluice::tools {

/// "pose.fbs" for a message of geo.Pose. Throws ToolError as fbs_text() does.
std::string fbs_name(const descriptor::Payload& payload);

/// Of a payload that has passed verify_descriptor(). What a schema's order says is in it: enums come before their
/// users, structs before those that hold them, fields by their ids.
/// Throws ToolError if a name is none that flatc takes, or a definition contradicts itself.
std::string fbs_text(const descriptor::Payload& payload);

}  // namespace sluice::tools
