#include "schema_diff.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "descriptor_lookup.hpp"

namespace sluice::tools {

namespace {

using detail::Aspect;
using detail::Difference;

constexpr auto kMaxPart = std::numeric_limits<std::uint16_t>::max();

bool older(Version left, Version right) {
  return left.major != right.major ? left.major < right.major : left.minor < right.minor;
}

bool equal(Version left, Version right) { return left.major == right.major && left.minor == right.minor; }

DiffVerdict verdict_of(const SchemaDiff& found) {
  if (found.old_channel != found.new_channel) return DiffVerdict::breaking;
  if (older(found.new_version, found.old_version)) return DiffVerdict::changed_without_version;
  const bool refused = !found.breaks.empty();
  if (equal(found.new_version, found.old_version)) {
    return refused || !found.additions.empty() ? DiffVerdict::changed_without_version : DiffVerdict::identical;
  }
  return refused ? DiffVerdict::breaking : DiffVerdict::compatible;
}

// A field of the message, or an enum's value, that old does not have: a newer minor may bring it. (Where the version
// goes back, old has the additions.)
bool fits_a_minor(const Difference& difference) {
  const bool is_of_message = difference.field.find('.') == std::string::npos;
  const bool is_new = difference.aspect == Aspect::enum_value || (difference.aspect == Aspect::field && is_of_message);
  return is_new && !difference.here;
}

// Not known where no number is left to count on.
std::optional<Version> after(Version version, bool by_a_minor) {
  if (by_a_minor && version.minor < kMaxPart)
    return Version{version.major, static_cast<std::uint16_t>(version.minor + 1)};
  if (version.major < kMaxPart) return Version{static_cast<std::uint16_t>(version.major + 1), 0};
  return std::nullopt;
}

// Tables of the user's own know no `since`: a minor may bring or drop what FlatBuffers lets come and go, and no more.
bool is_minor_enough(const SchemaDiff& found, bool of_tables) {
  if (of_tables) return found.breaks.empty();
  return std::all_of(found.breaks.begin(), found.breaks.end(), fits_a_minor) &&
         std::all_of(found.additions.begin(), found.additions.end(), fits_a_minor);
}

std::optional<Version> next_version_of(const SchemaDiff& found, bool of_tables) {
  const bool new_major = found.new_version.major > found.old_version.major;
  const bool wrong =
      found.verdict == DiffVerdict::changed_without_version || (found.verdict == DiffVerdict::breaking && !new_major);
  if (!wrong || found.old_channel != found.new_channel) return std::nullopt;
  const bool unchanged = found.breaks.empty() && found.additions.empty();
  if (unchanged) return found.old_version;  // only the version went back
  const bool by_a_minor = is_minor_enough(found, of_tables);
  if (by_a_minor && found.verdict == DiffVerdict::breaking) return found.new_version;  // a field lacks its `since`
  return after(found.old_version, by_a_minor);
}

}  // namespace

SchemaDiff diff(const descriptor::Channel& old_schema, const descriptor::Channel& new_schema) {
  detail::Comparison old_on_new = detail::compare(old_schema, new_schema);
  SchemaDiff found;
  found.old_channel = detail::text(old_schema.name());
  found.new_channel = detail::text(new_schema.name());
  found.old_version = {old_schema.major(), old_schema.minor()};
  found.new_version = {new_schema.major(), new_schema.minor()};
  found.new_on_old = detail::compare(new_schema, old_schema).verdict;
  found.old_on_new = old_on_new.verdict;
  found.breaks = std::move(old_on_new.differences);
  found.additions = std::move(old_on_new.additions);
  found.notes = notes_on(old_schema, new_schema);
  found.same_window = old_schema.identity() == new_schema.identity() && found.old_channel == found.new_channel;
  found.verdict = verdict_of(found);
  found.next_version = next_version_of(found, old_schema.payload() != nullptr && new_schema.payload() != nullptr);
  return found;
}

}  // namespace sluice::tools
