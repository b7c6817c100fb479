// Enums whose values are masks (`flags: true`): their operators, and tests that read well.
// Generated code says SLUICE_FLAG_OPERATORS(Mode) behind such an enum. The operators then stand in its own
// namespace, where argument-dependent lookup finds them from anywhere, and no other enum gets any.
#pragma once

#include <type_traits>

namespace sluice {

namespace detail {
template <class Enum>
constexpr std::underlying_type_t<Enum> mask_of(Enum flags) noexcept {
  return static_cast<std::underlying_type_t<Enum>>(flags);
}
/// The enum that has these bits; the cast back undoes the promotion to int.
template <class Enum, class Bits>
constexpr Enum flags_of(Bits bits) noexcept {
  return static_cast<Enum>(static_cast<std::underlying_type_t<Enum>>(bits));
}
}  // namespace detail

/// Whether all bits of `mask` are set: `sluice::has(sample->mode, Mode::armed)`.
template <class Enum>
constexpr bool has(std::common_type_t<Enum> flags, Enum mask) noexcept {
  return (flags & mask) == mask;
}

/// Whether any bit of `mask` is set.
template <class Enum>
constexpr bool any(std::common_type_t<Enum> flags, Enum mask) noexcept {
  return (flags & mask) != Enum{};
}

}  // namespace sluice

// A macro, since the operators must be functions of the enum's own namespace. The parameters' names are such that
// no schema can have used them.
#define SLUICE_FLAG_OPERATORS(Enum)                                                                             \
  constexpr Enum operator|(Enum sluice_a, Enum sluice_b) noexcept {                                             \
    return ::sluice::detail::flags_of<Enum>(::sluice::detail::mask_of(sluice_a) |                               \
                                            ::sluice::detail::mask_of(sluice_b));                               \
  }                                                                                                             \
  constexpr Enum operator&(Enum sluice_a, Enum sluice_b) noexcept {                                             \
    return ::sluice::detail::flags_of<Enum>(::sluice::detail::mask_of(sluice_a) &                               \
                                            ::sluice::detail::mask_of(sluice_b));                               \
  }                                                                                                             \
  constexpr Enum operator^(Enum sluice_a, Enum sluice_b) noexcept {                                             \
    return ::sluice::detail::flags_of<Enum>(::sluice::detail::mask_of(sluice_a) ^                               \
                                            ::sluice::detail::mask_of(sluice_b));                               \
  }                                                                                                             \
  constexpr Enum operator~(Enum sluice_a) noexcept {                                                            \
    return ::sluice::detail::flags_of<Enum>(~::sluice::detail::mask_of(sluice_a));                              \
  }                                                                                                             \
  constexpr Enum& operator|=(Enum& sluice_a, Enum sluice_b) noexcept { return sluice_a = sluice_a | sluice_b; } \
  constexpr Enum& operator&=(Enum& sluice_a, Enum sluice_b) noexcept { return sluice_a = sluice_a & sluice_b; } \
  constexpr Enum& operator^=(Enum& sluice_a, Enum sluice_b) noexcept { return sluice_a = sluice_a ^ sluice_b; } \
  static_assert(::std::is_unsigned_v<::std::underlying_type_t<Enum>>, "masks are unsigned")
