#include "number_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include "nearest.hpp"

namespace sluice::tools {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

ParsedNumber fault(std::string text, std::string hint = "") { return {std::nullopt, std::move(text), std::move(hint)}; }

// Sign and magnitude, so that all of i64 and u64 fits.
struct Integer {
  bool is_negative = false;
  std::uint64_t magnitude = 0;
};

enum class Read { done, no_number, too_large };

Read read_integer(std::string_view text, Integer& integer) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    integer.is_negative = text[0] == '-';
    text.remove_prefix(1);
  }
  const bool is_hex = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  if (is_hex) text.remove_prefix(2);
  const auto read = std::from_chars(text.data(), text.data() + text.size(), integer.magnitude, is_hex ? 16 : 10);
  if (read.ptr != text.data() + text.size() || text.empty()) return Read::no_number;
  if (read.ec == std::errc::result_out_of_range) return Read::too_large;
  return read.ec == std::errc() ? Read::done : Read::no_number;
}

struct IntegerRange {
  std::uint64_t most_below_zero;  // magnitude
  std::uint64_t most;
};

IntegerRange range_of(Scalar scalar) {
  const auto bits = static_cast<unsigned>(8 * bytes_of(scalar));
  if (is_signed(scalar)) return {1ULL << (bits - 1), (1ULL << (bits - 1)) - 1};
  return {0, std::numeric_limits<std::uint64_t>::max() >> (64 - bits)};
}

ParsedNumber parse_integer(Scalar scalar, std::string_view text) {
  Integer integer;
  const Read read = read_integer(text, integer);
  if (read == Read::no_number) return fault(fmt::format("'{}' is no whole number", text));
  const IntegerRange range = range_of(scalar);
  const std::uint64_t most = integer.is_negative ? range.most_below_zero : range.most;
  if (read == Read::too_large || integer.magnitude > most) {
    const char* const minus = range.most_below_zero > 0 ? "-" : "";
    return fault(fmt::format("{} is not in {}{} to {}", text, minus, range.most_below_zero, range.most));
  }
  return {Number{scalar, integer.is_negative ? ~integer.magnitude + 1 : integer.magnitude}, "", ""};
}

std::optional<double> special(std::string_view text) {
  const double infinity = std::numeric_limits<double>::infinity();
  if (text == ".nan" || text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == ".inf" || text == "+.inf" || text == "Infinity") return infinity;
  if (text == "-.inf" || text == "-Infinity") return -infinity;
  return std::nullopt;
}

template <class Float>
std::from_chars_result read_float(std::string_view text, Float& value) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  return std::from_chars(text.data(), text.data() + text.size(), value);
}

// f32 is read as f32: by way of f64 some numbers would be rounded twice.
ParsedNumber parse_floating(Scalar scalar, std::string_view text) {
  const std::optional<double> named = special(text);
  double value = named.value_or(0);
  auto narrow = static_cast<float>(value);
  if (!named) {
    const auto read = scalar == Scalar::f32 ? read_float(text, narrow) : read_float(text, value);
    // The characters of "nan" and "inf" are a number to from_chars, but to no schema.
    const bool has_digit = text.find_first_of("0123456789") != std::string_view::npos;
    if (!has_digit || read.ptr != text.data() + text.size()) return fault(fmt::format("'{}' is no number", text));
    if (read.ec == std::errc::result_out_of_range) {
      return fault(fmt::format("{} does not fit into {}", text, name_of(scalar)));
    }
  }
  if (scalar == Scalar::f32) return {Number{scalar, std::bit_cast<std::uint32_t>(narrow)}, "", ""};
  return {Number{scalar, std::bit_cast<std::uint64_t>(value)}, "", ""};
}

ParsedNumber parse_name(const Field& field, std::string_view word) {
  std::vector<std::string> names;
  for (const auto& [name, bits] : field.names->values) {
    if (name == word) return {Number{field.scalar, bits, field.names}, "", ""};
    names.push_back(name);
  }
  const auto meant = nearest(std::string(word), names);
  return fault(fmt::format("'{}' is no value of {}", word, field.names->name),
               meant ? fmt::format("did you mean '{}'?", *meant)
                     : fmt::format("valid: {}, or a number", fmt::join(names, ", ")));
}

bool begins_as_number(std::string_view text) {
  return !text.empty() && (text[0] == '-' || text[0] == '+' || (text[0] >= '0' && text[0] <= '9'));
}

ParsedNumber parse_enum(const Field& field, std::string_view text) {
  ParsedNumber sum{Number{field.scalar, 0, field.names}, "", ""};
  while (true) {
    const std::size_t bar = field.names->is_flags ? text.find('|') : std::string_view::npos;
    const std::string_view word = trimmed(text.substr(0, bar));
    const ParsedNumber one = begins_as_number(word) ? parse_integer(field.scalar, word) : parse_name(field, word);
    if (!one.number) return one;
    sum.number->bits |= one.number->bits;
    if (bar == std::string_view::npos) return sum;
    text.remove_prefix(bar + 1);
  }
}

}  // namespace

ParsedNumber parse_number(const Field& field, std::string_view text) {
  text = trimmed(text);
  if (field.names != nullptr) return parse_enum(field, text);
  if (field.scalar != Scalar::boolean) {
    return is_floating(field.scalar) ? parse_floating(field.scalar, text) : parse_integer(field.scalar, text);
  }
  if (text != "true" && text != "false") return fault(fmt::format("'{}' is neither true nor false", text));
  return {Number{field.scalar, text == "true" ? 1U : 0U}, "", ""};
}

}  // namespace sluice::tools
