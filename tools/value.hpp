// A message as a tree of values. It points into the message's bytes and its schema, so it lives no longer than both.
// Long arrays of numbers stay what they are, bytes: an image of 8 MB is one value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "message_schema.hpp"

namespace sluice::tools {

struct Number {
  Scalar scalar;
  std::uint64_t bits;  // integers widened to 64 bits, two's complement; floating numbers as they lie in memory
  const EnumType* names = nullptr;
};

/// The number that lies at `at`, which need not be aligned.
Number number_at(const std::byte* at, Scalar scalar, const EnumType* names) noexcept;

/// As a plotter wants it: integers beyond 2^53 are rounded.
double as_double(const Number& number) noexcept;

struct Numbers {
  Scalar scalar;
  const std::byte* at;
  std::size_t count;
  const EnumType* names = nullptr;

  Number operator[](std::size_t index) const noexcept {
    return number_at(at + index * bytes_of(scalar), scalar, names);
  }
};

struct Text {
  std::string_view bytes;  // whatever the producer wrote, UTF-8 or not
};

/// A field of a user's table that is not there, or an element that a path names and the message has not.
struct Absent {};

struct Value;
struct Member;

struct List {
  std::vector<Value> items;
};

struct Record {
  std::vector<Member> members;
};

struct Value {
  std::variant<Absent, Number, Numbers, Text, List, Record> held;

  template <class T>
  const T* as() const noexcept {
    return std::get_if<T>(&held);
  }
};

struct Member {
  const Field* field;
  Value value;
};

}  // namespace sluice::tools
