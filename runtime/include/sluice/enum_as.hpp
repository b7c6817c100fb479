// An enum carried by a narrower integer than its own: `{type: Mode, as: u8}`.
// The schema's check has made sure that each listed value fits, and that all which the integer holds is read.
#pragma once

#include <cassert>

namespace sluice {

/// Converts to and from the enum; `raw` is the number as it lies in the message.
template <class Enum, class Raw>
struct EnumAs {
  Raw raw = 0;

  constexpr EnumAs() noexcept = default;
  /// @param value  a value that the schema lists; another one must fit Raw.
  constexpr EnumAs(Enum value) noexcept : raw(static_cast<Raw>(value)) {  // NOLINT: converts as the enum does
    assert(static_cast<Enum>(raw) == value);
  }
  constexpr operator Enum() const noexcept { return static_cast<Enum>(raw); }  // NOLINT

  // For enums of flags; others have no such operators to call.
  constexpr EnumAs& operator|=(Enum mask) noexcept { return *this = Enum(*this) | mask; }
  constexpr EnumAs& operator&=(Enum mask) noexcept { return *this = Enum(*this) & mask; }
  constexpr EnumAs& operator^=(Enum mask) noexcept { return *this = Enum(*this) ^ mask; }
};

}  // namespace sluice
