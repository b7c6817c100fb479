// What the schema says about a field, as constants of generated code: names, units, frames, ranges.
// For programs that label axes, print tables or convert: nothing here is checked or applied to a message.
// Generated code lists what there is behind the unit: FieldInfo x_info{"Imu.x", "f32", "m", sluice::Frame{"body"}}.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

namespace sluice {

/// `key: instance`: the field tells senders of one channel apart.
enum class FieldKey : std::uint8_t { none, instance };

/// `role: timestamp`: the field says when the message came about.
enum class FieldRole : std::uint8_t { none, timestamp };

/// The frame of reference that a value is given in.
struct Frame {
  const char* name;
};

/// What to use instead of a field.
struct Deprecated {
  const char* advice;
};

/// The least and the greatest value.
template <class T>
struct Range {
  T min;
  T max;
};

/// The value that stands for "not known".
template <class T>
struct Invalid {
  T value;
};

/// What one count stands for.
struct Scale {
  double factor;
};

namespace detail {
template <class Fact>
constexpr void note(Fact& into, const Fact& fact) noexcept {
  into = fact;
}
template <class Fact, class Other>
constexpr void note(Fact&, const Other&) noexcept {}

/// The fact of this kind among many, or `otherwise`.
template <class Fact, class... Facts>
constexpr Fact fact_or(Fact otherwise, const Facts&... facts) noexcept {
  (note(otherwise, facts), ...);
  return otherwise;
}

/// The value that the schema calls invalid, if it calls one so.
template <class T, class... Facts>
constexpr std::optional<T> invalid_among(const Facts&... facts) noexcept {
  if constexpr ((std::is_same_v<Facts, Invalid<T>> || ...)) {
    return fact_or(Invalid<T>{}, facts...).value;
  } else {
    return std::nullopt;
  }
}
}  // namespace detail

/// What the schema says about a field.
struct FieldInfo {
  const char* name;        ///< with its type in front: "Imu.accel"
  const char* type;        ///< as the schema writes it: "f32[3]"
  const char* unit;        ///< "m/s^2"; empty if the schema gives none
  const char* frame;       ///< "body"; empty if the schema gives none
  const char* deprecated;  ///< what to use instead, or "deprecated"; empty if the field is in use
  FieldKey key;
  FieldRole role;

  template <class... Facts>
  constexpr FieldInfo(const char* name_text, const char* type_text, const char* unit_text,
                      const Facts&... facts) noexcept
      : name(name_text),
        type(type_text),
        unit(unit_text),
        frame(detail::fact_or(Frame{""}, facts...).name),
        deprecated(detail::fact_or(Deprecated{""}, facts...).advice),
        key(detail::fact_or(FieldKey::none, facts...)),
        role(detail::fact_or(FieldRole::none, facts...)) {}
};

/// Of a field of numbers whose schema gives a range, an invalid value or a scale; T: a single number.
template <class T>
struct NumberInfo : FieldInfo {
  Range<T> range;            ///< all that T holds if the schema gives none
  std::optional<T> invalid;  ///< stands for "not known"
  double scale;              ///< what one count is, in `unit`; 1 if the schema gives none

  template <class... Facts>
  constexpr NumberInfo(const char* name_text, const char* type_text, const char* unit_text,
                       const Facts&... facts) noexcept
      : FieldInfo(name_text, type_text, unit_text, facts...),
        range(detail::fact_or(Range<T>{kLeast, kGreatest}, facts...)),
        invalid(detail::invalid_among<T>(facts...)),
        scale(detail::fact_or(Scale{1}, facts...).factor) {}

  /// Whether a value is the invalid one; for NaN every NaN is.
  constexpr bool is_invalid(T value) const noexcept {
    if (!invalid) return false;
    return value == *invalid || (value != value && *invalid != *invalid);
  }

 private:
  using Limits = std::numeric_limits<T>;
  static constexpr T kLeast = Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
  static constexpr T kGreatest = Limits::has_infinity ? Limits::infinity() : Limits::max();
};

}  // namespace sluice
