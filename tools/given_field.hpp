// What encode.cpp and encode_table.cpp ask of each part that a user wrote, and how they refuse it: with the field's
// path, what is wrong, and what may be meant.
#pragma once

#include <string>

#include "given.hpp"
#include "message_schema.hpp"
#include "value.hpp"

namespace sluice::tools {

/// @param path  "peaks[2].freq"; empty: the message itself.
[[noreturn]] void refuse_given(const std::string& path, const std::string& text, const std::string& hint = "");

/// The path of a field inside of what `path` names.
std::string inside(const std::string& path, const std::string& name);

/// Each of a record's fields that are given, once, by names that it has. Throws ToolError, as all of these.
void check_members(const std::string& channel, const RecordType& type, const Given& given, const std::string& path);

const Field& known_field(const std::string& channel, const RecordType& type, const std::string& name,
                         const std::string& path);

const std::string& text_given(const Given& given, const std::string& path);
Number number_given(const Field& field, const Given& given, const std::string& path);
void check_list(const Field& field, const Given& given, const std::string& path);

}  // namespace sluice::tools
