// The parts of a message that make its bytes a FlatBuffer: generated structs are built of these.
// A message is a table whose references and vtable are constants of its type: constructors write them,
// assignment moves values only, so that `*slot = *sample` leaves a valid FlatBuffer and the slot's own number.
// Must hold: every type here is standard-layout and trivially destructible, and lies in memory exactly as
// FlatBuffers' internals page describes vectors, strings and tables (little-endian hosts only).
// Lengths come from the peer: they are clamped to the capacity at each read, so no index leaves the message.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iosfwd>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include <sluice/error.hpp>
#include <sluice/field_info.hpp>

namespace sluice {

namespace detail {
/// Reports a sequence or string that was given more than it holds.
[[noreturn]] inline void raise_past_bound(const FieldInfo& field, std::size_t bound, std::size_t wanted) {
  raise(std::length_error("sluice: field '" + std::string(field.name) + "' (" + field.type + ") holds at most " +
                          std::to_string(bound) + ", not " + std::to_string(wanted)));
}

/// Reads a length that a peer may be changing: once, so that what is checked is what is used.
inline std::size_t read_once_clamped(const std::uint32_t& length, std::uint32_t bound) noexcept {
  const std::uint32_t read = __atomic_load_n(&length, __ATOMIC_RELAXED);
  return read < bound ? read : bound;
}
}  // namespace detail

namespace frozen {

/// The first 16 bytes of every message: where its table and vtable are, and its number.
template <std::int32_t VTableDistance>
struct Prefix {
  std::uint32_t table_offset = 4;
  std::int32_t vtable_distance = VTableDistance;
  std::uint64_t sluice_seq = 0;  ///< the message's number, 0 while loaned; written by the runtime only

  Prefix() = default;
  Prefix(const Prefix&) noexcept {}
  Prefix& operator=(const Prefix&) noexcept { return *this; }
};

/// The first 4 bytes of a nested type that holds arrays.
template <std::int32_t VTableDistance>
struct TablePrefix {
  std::int32_t vtable_distance = VTableDistance;

  TablePrefix() = default;
  TablePrefix(const TablePrefix&) noexcept {}
  TablePrefix& operator=(const TablePrefix&) noexcept { return *this; }
};

/// A reference to a vector, string or nested table that lies `Distance` bytes further on.
template <std::uint32_t Distance>
struct Ref {
  std::uint32_t distance = Distance;

  Ref() = default;
  Ref(const Ref&) noexcept {}
  Ref& operator=(const Ref&) noexcept { return *this; }
};

/// Padding with a name, so that no stale byte leaks through it.
template <std::size_t Bytes>
struct Pad {
  unsigned char zero[Bytes] = {};

  Pad() = default;
  Pad(const Pad&) noexcept {}
  Pad& operator=(const Pad&) noexcept { return *this; }
};

/// A FlatBuffers vtable: its size, the table's size, then each field's offset from the table.
template <std::uint16_t... Entries>
struct VTable {
  std::uint16_t entries[sizeof...(Entries)] = {Entries...};

  VTable() = default;
  VTable(const VTable&) noexcept {}
  VTable& operator=(const VTable&) noexcept { return *this; }
};

/// A vector's length word; where elements are 8-byte aligned a pad word stands before it.
template <std::size_t ElementAlignment>
struct Length {
  std::uint32_t value;

  explicit Length(std::uint32_t length) noexcept : value(length) {}
  std::size_t clamped(std::uint32_t bound) const noexcept { return detail::read_once_clamped(value, bound); }
};

template <>
struct alignas(8) Length<8> {
  std::uint32_t pad = 0;
  std::uint32_t value;

  explicit Length(std::uint32_t length) noexcept : value(length) {}
  std::size_t clamped(std::uint32_t bound) const noexcept { return detail::read_once_clamped(value, bound); }
};

}  // namespace frozen

/// One byte that reads true unless it is 0: no undefined behaviour on bytes that a peer wrote.
struct Bool {
  std::uint8_t byte = 0;

  constexpr Bool() noexcept = default;
  constexpr Bool(bool value) noexcept : byte(value ? 1 : 0) {}  // NOLINT: converts as bool does
  constexpr operator bool() const noexcept { return byte != 0; }
};

/// `T[N]`: exactly N elements; std::array's members.
template <class T, std::uint32_t N>
class Array {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  using value_type = T;

  Array() noexcept : length_(N), elements_{} { clear_tail(); }
  Array(const Array& other) noexcept : length_(N) {
    std::memcpy(static_cast<void*>(elements_), other.elements_, sizeof elements_);
    clear_tail();
  }
  Array& operator=(const Array& other) noexcept {
    std::memmove(elements_, other.elements_, sizeof elements_);
    return *this;
  }
  /// Takes as many values as are listed and zeroes the rest: `slot->accel = {x, y, z}`.
  Array& operator=(const T (&values)[N]) noexcept {
    std::memcpy(elements_, values, sizeof elements_);
    return *this;
  }

  static constexpr std::size_t size() noexcept { return N; }
  T* data() noexcept { return elements_; }
  const T* data() const noexcept { return elements_; }
  T* begin() noexcept { return elements_; }
  const T* begin() const noexcept { return elements_; }
  T* end() noexcept { return elements_ + N; }
  const T* end() const noexcept { return elements_ + N; }
  T& operator[](std::size_t index) noexcept { return elements_[index]; }
  const T& operator[](std::size_t index) const noexcept { return elements_[index]; }
  void fill(const T& value) noexcept { std::fill_n(elements_, N, value); }

  friend bool operator==(const Array& a, const Array& b) { return std::equal(a.begin(), a.end(), b.begin()); }
  friend bool operator!=(const Array& a, const Array& b) { return !(a == b); }

 private:
  // Three elements of two bytes leave two bytes of their last word: nothing stale may show there.
  void clear_tail() noexcept {
    constexpr std::size_t used = sizeof length_ + sizeof elements_;
    std::memset(reinterpret_cast<unsigned char*>(this) + used, 0, sizeof *this - used);
  }

  frozen::Length<(alignof(T) > 4 ? 8 : 4)> length_;
  T elements_[N];
};

/// `T[<=N]`: up to N elements, in place; std::inplace_vector's members.
/// Errors: what would pass the bound throws std::length_error with field, bound and size (without exceptions:
/// prints that, aborts); the try_ members return false and change nothing.
template <class T, std::uint32_t N, const auto& Field>
class Sequence {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  using value_type = T;

  Sequence() noexcept : length_(0) {}  // elements behind the length are left as they are
  Sequence(const Sequence& other) noexcept : length_(0) {
    std::memset(static_cast<void*>(elements_), 0, sizeof elements_);
    copy_from(other);
  }
  Sequence& operator=(const Sequence& other) noexcept {
    copy_from(other);
    return *this;
  }
  Sequence& operator=(std::initializer_list<T> values) {
    assign(values.begin(), values.end());
    return *this;
  }

  static constexpr std::size_t capacity() noexcept { return N; }
  std::size_t size() const noexcept { return length_.clamped(N); }
  bool empty() const noexcept { return size() == 0; }
  T* data() noexcept { return elements_; }
  const T* data() const noexcept { return elements_; }
  T* begin() noexcept { return elements_; }
  const T* begin() const noexcept { return elements_; }
  T* end() noexcept { return elements_ + size(); }
  const T* end() const noexcept { return elements_ + size(); }
  T& operator[](std::size_t index) noexcept { return elements_[index]; }
  const T& operator[](std::size_t index) const noexcept { return elements_[index]; }

  void clear() noexcept { length_.value = 0; }
  /// Adds a value-initialised element, to be filled where it lies.
  T& emplace_back() {
    const std::size_t count = size();  // once: who maps the window could change the length between two reads
    if (count == N) detail::raise_past_bound(Field, N, N + 1);
    elements_[count] = T{};
    length_.value = static_cast<std::uint32_t>(count + 1);
    return elements_[count];
  }
  void push_back(const T& value) {
    if (!try_push_back(value)) detail::raise_past_bound(Field, N, size() + 1);
  }
  [[nodiscard]] bool try_push_back(const T& value) noexcept {
    const std::size_t count = size();
    if (count == N) return false;
    elements_[count] = value;
    length_.value = static_cast<std::uint32_t>(count + 1);
    return true;
  }
  /// Sets the size; new elements are value-initialised.
  void resize(std::size_t count) {
    if (count > N) detail::raise_past_bound(Field, N, count);
    for (std::size_t at = size(); at < count; ++at) elements_[at] = T{};
    length_.value = static_cast<std::uint32_t>(count);
  }
  template <class ForwardIterator>
  void assign(ForwardIterator first, ForwardIterator last) {
    if (!try_assign(first, last)) {
      detail::raise_past_bound(Field, N, static_cast<std::size_t>(std::distance(first, last)));
    }
  }
  template <class ForwardIterator>
  [[nodiscard]] bool try_assign(ForwardIterator first, ForwardIterator last) {
    static_assert(
        std::is_base_of_v<std::forward_iterator_tag, typename std::iterator_traits<ForwardIterator>::iterator_category>,
        "the length is checked before the copy, so the range must be readable twice");
    const auto count = std::distance(first, last);
    if (count < 0 || static_cast<std::size_t>(count) > N) return false;
    std::copy(first, last, elements_);
    length_.value = static_cast<std::uint32_t>(count);
    return true;
  }

  friend bool operator==(const Sequence& a, const Sequence& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }
  friend bool operator!=(const Sequence& a, const Sequence& b) { return !(a == b); }

 private:
  void copy_from(const Sequence& other) noexcept {
    const std::size_t count = other.size();
    std::memmove(static_cast<void*>(elements_), other.elements_, count * sizeof(T));
    length_.value = static_cast<std::uint32_t>(count);
  }

  frozen::Length<(alignof(T) > 4 ? 8 : 4)> length_;
  union {  // a union, so that a loan need not touch what lies behind the length
    T elements_[N];
  };
};

/// `string<=N`: up to N bytes of UTF-8, in place. Reads as std::string_view; errors as Sequence.
template <std::uint32_t N, const auto& Field>
class String {
 public:
  String() noexcept : length_(0) { bytes_[0] = '\0'; }
  String(const String& other) noexcept : length_(0), bytes_{} { write(other.view()); }
  String& operator=(const String& other) noexcept {
    write(other.view());
    return *this;
  }
  String& operator=(std::string_view text) {
    assign(text);
    return *this;
  }

  static constexpr std::size_t capacity() noexcept { return N; }
  std::size_t size() const noexcept { return detail::read_once_clamped(length_, N); }
  bool empty() const noexcept { return size() == 0; }
  std::string_view view() const noexcept { return {bytes_, size()}; }
  operator std::string_view() const noexcept { return view(); }  // NOLINT: reads as a string_view does

  void clear() noexcept { write({}); }
  void assign(std::string_view text) {
    if (!try_assign(text)) detail::raise_past_bound(Field, N, text.size());
  }
  [[nodiscard]] bool try_assign(std::string_view text) noexcept {
    if (text.size() > N) return false;
    write(text);
    return true;
  }

  friend std::ostream& operator<<(std::ostream& out, const String& text) { return out << text.view(); }

 private:
  // Bytes, NUL, length: whatever a crash cuts off, the old length never covers half-written text of a longer one.
  void write(std::string_view text) noexcept {
    if (!text.empty()) std::memmove(bytes_, text.data(), text.size());
    bytes_[text.size()] = '\0';
    length_ = static_cast<std::uint32_t>(text.size());
  }

  std::uint32_t length_;
  char bytes_[N + 1];
};

template <std::uint32_t N, const auto& F, std::uint32_t M, const auto& G>
bool operator==(const String<N, F>& a, const String<M, G>& b) noexcept {
  return a.view() == b.view();
}
template <std::uint32_t N, const auto& F, std::uint32_t M, const auto& G>
bool operator!=(const String<N, F>& a, const String<M, G>& b) noexcept {
  return a.view() != b.view();
}
template <std::uint32_t N, const auto& F>
bool operator==(const String<N, F>& a, std::string_view b) noexcept {
  return a.view() == b;
}
template <std::uint32_t N, const auto& F>
bool operator!=(const String<N, F>& a, std::string_view b) noexcept {
  return a.view() != b;
}
template <std::uint32_t N, const auto& F>
bool operator==(std::string_view a, const String<N, F>& b) noexcept {
  return a == b.view();
}
template <std::uint32_t N, const auto& F>
bool operator!=(std::string_view a, const String<N, F>& b) noexcept {
  return a != b.view();
}

}  // namespace sluice
