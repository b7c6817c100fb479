// Arrays and sequences of types that hold arrays themselves: FlatBuffers vectors of references to tables.
// All N tables lie behind their references, at constant places, and are valid from the start; only the length ever
// changes. So a loan touches lengths only, and assignment copies the elements in use, each by its own assignment.
// A reader of ours never follows a reference: where an element lies is known, whatever a peer has written.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <new>
#include <type_traits>

#include <sluice/frozen.hpp>

namespace sluice {

namespace frozen {

/// The references of a vector of tables, the first of which lies `TablesAt` bytes behind the length word.
template <std::uint32_t N, std::uint32_t TablesAt, std::uint32_t TableBytes>
struct Refs {
  // Where tables are 8-byte aligned a word of padding may follow the last reference.
  std::uint32_t words[TablesAt / sizeof(std::uint32_t) - 1] = {};

  Refs() noexcept {
    for (std::uint32_t at = 0; at < N; ++at) words[at] = TablesAt - 4 + at * (TableBytes - 4);
  }
  Refs(const Refs&) noexcept : Refs() {}
  Refs& operator=(const Refs&) noexcept { return *this; }
};

/// What both kinds have in memory.
template <class T, std::uint32_t N>
struct Tables {
  static_assert(std::is_trivially_destructible_v<T>);
  static constexpr std::uint32_t kAlignment = alignof(T);
  static constexpr std::uint32_t kTablesAt = (4 + 4 * N + kAlignment - 1) / kAlignment * kAlignment;

  Length<4> length;
  Refs<N, kTablesAt, sizeof(T)> refs;
  union {  // a union, so that a copy makes each element once
    T elements[N];
  };

  explicit Tables(std::uint32_t count) noexcept : length(count) {
    for (std::uint32_t at = 0; at < N; ++at) new (elements + at) T;
  }
  /// Copies the first `count` elements of another one.
  Tables(std::size_t count, const T* from) noexcept : length(static_cast<std::uint32_t>(count)) {
    for (std::size_t at = 0; at < count; ++at) new (elements + at) T(from[at]);
    for (std::size_t at = count; at < N; ++at) new (elements + at) T;
  }
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;
};

}  // namespace frozen

/// `T[N]` where T holds arrays, sequences or strings: exactly N elements.
template <class T, std::uint32_t N>
class TableArray {
 public:
  using value_type = T;

  TableArray() noexcept : tables_(N) {}
  TableArray(const TableArray& other) noexcept : tables_(N, other.data()) {}
  TableArray& operator=(const TableArray& other) noexcept {
    if (this != &other) std::copy_n(other.data(), N, data());
    return *this;
  }

  static constexpr std::size_t size() noexcept { return N; }
  T* data() noexcept { return tables_.elements; }
  const T* data() const noexcept { return tables_.elements; }
  T* begin() noexcept { return data(); }
  const T* begin() const noexcept { return data(); }
  T* end() noexcept { return data() + N; }
  const T* end() const noexcept { return data() + N; }
  T& operator[](std::size_t index) noexcept { return data()[index]; }
  const T& operator[](std::size_t index) const noexcept { return data()[index]; }
  void fill(const T& value) noexcept { std::fill_n(data(), N, value); }

  void set_defaults_() noexcept {
    for (T& element : *this) element.set_defaults_();
  }
  void clear_lengths_() noexcept {
    for (T& element : *this) element.clear_lengths_();
  }

 private:
  frozen::Tables<T, N> tables_;
};

/// `T[<=N]` where T holds arrays, sequences or strings: up to N elements. Errors as Sequence.
template <class T, std::uint32_t N, const auto& Field>
class TableSequence {
 public:
  using value_type = T;

  TableSequence() noexcept : tables_(0) {}
  TableSequence(const TableSequence& other) noexcept : tables_(other.size(), other.data()) {}
  TableSequence& operator=(const TableSequence& other) noexcept {
    const std::size_t count = other.size();
    if (this != &other) std::copy_n(other.data(), count, data());
    set_size(count);
    return *this;
  }

  static constexpr std::size_t capacity() noexcept { return N; }
  std::size_t size() const noexcept { return tables_.length.clamped(N); }
  bool empty() const noexcept { return size() == 0; }
  T* data() noexcept { return tables_.elements; }
  const T* data() const noexcept { return tables_.elements; }
  T* begin() noexcept { return data(); }
  const T* begin() const noexcept { return data(); }
  T* end() noexcept { return data() + size(); }
  const T* end() const noexcept { return data() + size(); }
  T& operator[](std::size_t index) noexcept { return data()[index]; }
  const T& operator[](std::size_t index) const noexcept { return data()[index]; }

  void clear() noexcept { set_size(0); }
  /// Adds an element that has its defaults, to be filled where it lies.
  T& emplace_back() {
    T* const added = try_emplace_back();
    if (added == nullptr) detail::raise_past_bound(Field, N, size() + 1);
    return *added;
  }
  /// As emplace_back; nullptr where the sequence is full.
  [[nodiscard]] T* try_emplace_back() noexcept {
    T* const added = next();
    if (added != nullptr) {
      added->set_defaults_();
      set_size(size() + 1);
    }
    return added;
  }
  void push_back(const T& value) {
    if (!try_push_back(value)) detail::raise_past_bound(Field, N, size() + 1);
  }
  [[nodiscard]] bool try_push_back(const T& value) noexcept {
    T* const added = next();
    if (added == nullptr) return false;
    *added = value;
    set_size(size() + 1);
    return true;
  }
  /// Sets the size; new elements have their defaults.
  void resize(std::size_t count) {
    if (count > N) detail::raise_past_bound(Field, N, count);
    for (std::size_t at = size(); at < count; ++at) data()[at].set_defaults_();
    set_size(count);
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
    std::copy(first, last, data());
    set_size(static_cast<std::size_t>(count));
    return true;
  }

 private:
  T* next() noexcept {
    const std::size_t count = size();
    return count < N ? data() + count : nullptr;
  }
  void set_size(std::size_t count) noexcept { tables_.length.value = static_cast<std::uint32_t>(count); }

  frozen::Tables<T, N> tables_;
};

}  // namespace sluice
