// What a new version of a schema does to programs of the old one: the handshake's comparison in both directions, and
// a verdict for people who are about to release it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sluice/channel_info.hpp>

#include "comparison.hpp"

namespace sluice::tools {

enum class DiffVerdict : std::uint8_t {
  identical,                // all that a reader notices is the same
  compatible,               // a newer minor that only adds
  breaking,                 // programs of old and new refuse each other, or are of different channels
  changed_without_version,  // a reader notices a change, but the version did not grow
  new_schema,               // there is no old one
};

struct SchemaDiff {
  DiffVerdict verdict = DiffVerdict::new_schema;
  std::string old_channel;
  std::string new_channel;
  Version old_version{};
  Version new_version{};
  detail::Verdict new_on_old = detail::Verdict::identical;  // a new consumer meets an old producer
  detail::Verdict old_on_new = detail::Verdict::identical;  // an old consumer meets a new producer
  std::vector<detail::Difference> breaks;                   // `here` is old, `there` is new
  std::vector<detail::Difference> additions;
  std::vector<detail::Difference> notes;  // what no reader notices
  bool same_window = false;               // a producer of new goes on in the window of old
  std::optional<Version> next_version;    // what the new schema should call itself, where it is refused
};

SchemaDiff diff(const descriptor::Channel& old_schema, const descriptor::Channel& new_schema);

/// Differences that no reader notices, and that the handshake therefore does not look at.
std::vector<detail::Difference> notes_on(const descriptor::Channel& old_schema, const descriptor::Channel& new_schema);

}  // namespace sluice::tools
