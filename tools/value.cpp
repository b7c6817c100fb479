#include "value.hpp"

#include <cstring>

namespace sluice::tools {

namespace {

std::uint64_t sign_extended(std::uint64_t bits, std::size_t bytes) noexcept {
  const auto unused = static_cast<unsigned>(64 - 8 * bytes);
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(bits << unused) >> unused);
}

}  // namespace

Number number_at(const std::byte* at, Scalar scalar, const EnumType* names) noexcept {
  std::uint64_t bits = 0;
  std::memcpy(&bits, at, bytes_of(scalar));  // little-endian, as every window is
  if (is_signed(scalar)) bits = sign_extended(bits, bytes_of(scalar));
  return {scalar, bits, names};
}

double as_double(const Number& number) noexcept {
  if (number.scalar == Scalar::f64) {
    double value = 0;
    std::memcpy(&value, &number.bits, sizeof value);
    return value;
  }
  if (number.scalar == Scalar::f32) {
    float value = 0;
    std::memcpy(&value, &number.bits, sizeof value);
    return static_cast<double>(value);
  }
  if (number.scalar == Scalar::boolean) return number.bits != 0 ? 1 : 0;
  if (is_signed(number.scalar)) return static_cast<double>(static_cast<std::int64_t>(number.bits));
  return static_cast<double>(number.bits);
}

}  // namespace sluice::tools
