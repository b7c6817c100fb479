#include "diff_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "errors.hpp"
#include "printable.hpp"

namespace sluice::tools {

namespace {

using detail::Difference;
using detail::shown;
using nlohmann::ordered_json;

constexpr detail::Sides kOldNew{"in old", "in new"};

const char* in_words(DiffVerdict verdict) {
  switch (verdict) {
    case DiffVerdict::identical:
      return "identical";
    case DiffVerdict::compatible:
      return "compatible";
    case DiffVerdict::breaking:
      return "breaking";
    case DiffVerdict::changed_without_version:
      return "changed without a new version";
    case DiffVerdict::new_schema:
      return "new";
  }
  return "unknown";
}

const char* key_of(DiffVerdict verdict) {
  return verdict == DiffVerdict::changed_without_version ? "changed_without_version" : in_words(verdict);
}

const char* key_of(detail::Verdict verdict) {
  switch (verdict) {
    case detail::Verdict::identical:
      return "identical";
    case detail::Verdict::compatible:
      return "compatible";
    case detail::Verdict::compatible_by_default:
      return "compatible_by_default";
    case detail::Verdict::incompatible:
      return "incompatible";
  }
  return "unknown";
}

const char* in_words(detail::Verdict verdict) {
  switch (verdict) {
    case detail::Verdict::identical:
      return "reads in place";
    case detail::Verdict::compatible:
      return "reads in place what it knows";
    case detail::Verdict::compatible_by_default:
      return "reads copies, with defaults for what the producer lacks";
    case detail::Verdict::incompatible:
      return "refused";
  }
  return "unknown";
}

bool equal(Version left, Version right) { return left.major == right.major && left.minor == right.minor; }

bool same_version(const SchemaDiff& found) { return equal(found.old_version, found.new_version); }

std::string heading(const SchemaDiff& found) {
  const std::string verdict = in_words(found.verdict);
  const std::string version = shown(found.new_version);
  if (found.verdict == DiffVerdict::new_schema) {
    return fmt::format("channel '{}': version {}: {}", found.new_channel, version, verdict);
  }
  const std::string name = found.old_channel == found.new_channel
                               ? fmt::format("channel '{}'", found.new_channel)
                               : fmt::format("channels '{}' and '{}'", found.old_channel, found.new_channel);
  if (same_version(found)) return fmt::format("{}: version {} in both: {}", name, version, verdict);
  return fmt::format("{}: version {} in old, {} in new: {}", name, shown(found.old_version), version, verdict);
}

std::string suggestion(const SchemaDiff& found) {
  return found.next_version ? "version " + shown(*found.next_version)
                            : "a new name, since its version can grow no more";
}

// Whether old does.
bool lacks_a_field(const SchemaDiff& found) {
  return std::any_of(found.breaks.begin(), found.breaks.end(), [](const Difference& difference) {
    return difference.aspect == detail::Aspect::field && !difference.here;
  });
}

std::string with_new_fields(const SchemaDiff& found) {
  const bool by_a_minor = found.next_version && found.next_version->major == found.old_version.major;
  if (!by_a_minor || !lacks_a_field(found)) return "";
  return fmt::format(", and its new fields since: \"{}\"", shown(*found.next_version));
}

std::string hint(const SchemaDiff& found) {
  if (found.verdict == DiffVerdict::new_schema) return "";
  if (found.old_channel != found.new_channel)
    return "another name is another channel: programs of old and new never meet";
  if (found.verdict == DiffVerdict::changed_without_version) {
    const std::string cause =
        same_version(found) ? "both say version " + shown(found.new_version) : "a version only grows";
    return fmt::format("{}: give the new schema {}{}", cause, suggestion(found), with_new_fields(found));
  }
  if (found.verdict != DiffVerdict::breaking) return "";
  if (found.new_version.major > found.old_version.major)
    return "a new major version may change anything: rebuild both sides";
  if (found.next_version && equal(*found.next_version, found.new_version)) {
    return fmt::format("a new field says which version brought it: since: \"{}\"", shown(found.new_version));
  }
  return "within a major version fields are only appended: give the new schema " + suggestion(found);
}

bool is_fine(DiffVerdict verdict) { return verdict == DiffVerdict::identical || verdict == DiffVerdict::compatible; }

ordered_json value_of(const std::optional<std::string>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json object_of(const Difference& difference) {
  return {{"aspect", to_string(difference.aspect)},
          {"field", difference.field.empty() ? ordered_json(nullptr) : ordered_json(difference.field)},
          {"old", value_of(difference.here)},
          {"new", value_of(difference.there)},
          {"text", in_words(difference, kOldNew)}};
}

ordered_json list_of(const std::vector<Difference>& differences) {
  ordered_json list = ordered_json::array();
  for (const Difference& difference : differences) list.push_back(object_of(difference));
  return list;
}

ordered_json pair_of(std::string old_value, std::string new_value) {
  return {{"old", std::move(old_value)}, {"new", std::move(new_value)}};
}

}  // namespace

std::string as_text(const SchemaDiff& found) {
  std::string lines = printable(heading(found)) + "\n";
  const auto add = [&](const std::string& line) { lines += "  " + printable(line) + "\n"; };
  for (const auto* const differences : {&found.breaks, &found.additions}) {
    for (const Difference& difference : *differences) add(in_words(difference, kOldNew));
  }
  if (found.verdict != DiffVerdict::new_schema && found.verdict != DiffVerdict::identical) {
    add(std::string("new consumer on old producer: ") + in_words(found.new_on_old));
    add(std::string("old consumer on new producer: ") + in_words(found.old_on_new));
  }
  for (const Difference& note : found.notes) add("note: " + in_words(note, kOldNew));
  if (is_fine(found.verdict) && !found.same_window) {
    add("note: a producer of new starts a new window where one of old has been");
  }
  if (const std::string advice = hint(found); !advice.empty()) add("hint: " + advice);
  return lines;
}

std::string as_json(const SchemaDiff& found) {
  ordered_json report{{"verdict", key_of(found.verdict)}};
  if (found.verdict == DiffVerdict::new_schema) {
    report["channel"] = {{"old", nullptr}, {"new", found.new_channel}};
    report["version"] = {{"old", nullptr}, {"new", shown(found.new_version)}};
  } else {
    report["channel"] = pair_of(found.old_channel, found.new_channel);
    report["version"] = pair_of(shown(found.old_version), shown(found.new_version));
    report["new_consumer_on_old_producer"] = key_of(found.new_on_old);
    report["old_consumer_on_new_producer"] = key_of(found.old_on_new);
    report["breaks"] = list_of(found.breaks);
    report["additions"] = list_of(found.additions);
    report["notes"] = list_of(found.notes);
    report["same_window"] = found.same_window;
    report["next_version"] = found.next_version ? ordered_json(shown(*found.next_version)) : ordered_json(nullptr);
  }
  // A descriptor may hold what is not UTF-8; the reader of the report shall not stumble over it.
  return report.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sluice::tools
