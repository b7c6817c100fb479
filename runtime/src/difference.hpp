// One difference between two schemas, as data. Words come last, since two readers want them in their own: a consumer
// that attaches says "unit m here, cm there", `sluice diff` says "unit m in old, cm in new".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sluice::detail {

/// What differs. The first ones decide a verdict; those from `capacity` on never do, and only `sluice diff` tells them.
enum class Aspect : std::uint8_t {
  channel,
  order,
  overflow,
  version,
  field,
  type,
  place,
  size,
  kind,
  unit,
  frame,
  scale,
  invalid,
  since,
  enum_type,
  enum_value,
  payload,
  table_field,
  absent,
  capacity,
  default_value,
  constant,
  metadata,
  doc,
  unused,
};

const char* to_string(Aspect aspect) noexcept;

struct Difference {
  Aspect aspect;
  std::string field;                 // "peaks.freq"; empty where it is the channel's own
  std::string subject;               // "field 'peaks.freq'"
  std::string what;                  // before the values, with a space: "unit "; may be empty
  std::optional<std::string> here;   // no value: missing
  std::optional<std::string> there;  // likewise
};

/// How a sentence calls the two schemas.
struct Sides {
  const char* here;
  const char* there;
};

inline constexpr Sides kHereThere{"here", "there"};

/// "field 'accel': unit m/s^2 here, g there", "field 'label': missing there".
std::string in_words(const Difference& difference, Sides sides);

}  // namespace sluice::detail
