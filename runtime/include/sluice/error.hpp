// What set-up can fail with: a code for the program, and a sentence for the person: what happened, where, what to do.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include <sluice/visibility.hpp>

namespace sluice {

enum class ErrorCode {
  invalid_name,        ///< an instance name that cannot be a file's name
  invalid_option,      ///< an option that contradicts another, or names an unknown group
  role_taken,          ///< another process, or another endpoint of this one, is this channel's producer or consumer
  window_missing,      ///< no producer has made the channel yet, or none within the time given
  shared_memory_full,  ///< the window does not fit into what shared memory has left
  permission_denied,   ///< the window, or shared memory itself, may not be opened or written
  untrusted_owner,     ///< the window belongs to a user who is neither root, oneself, nor of its group
  not_owner,           ///< another user's outdated window is in the way and only that user may remove it
  foreign_object,      ///< what stands under the channel's name is not a Sluice window of this channel
  damaged_window,      ///< a Sluice window whose size or contents contradict its header
  other_format,        ///< a window of another window format: of another release of Sluice
  incompatible,        ///< both schemas differ in a way that a reader would notice; or this program's own is broken
  busy,                ///< another process has been setting up this channel for too long
  poisoned,            ///< the window holds what cannot be: a process wrote where it must not
  forked,              ///< the endpoint belongs to the parent of this forked process
  system,              ///< the operating system refused something; the text names the call
};

/// The code's name: "role_taken".
SLUICE_API const char* to_string(ErrorCode code) noexcept;

class SLUICE_API Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& text) : std::runtime_error(text), code_(code) {}
  Error(const Error&) = default;
  Error& operator=(const Error&) = default;
  ~Error() override;  // in the library, and with it the type's identity, also for programs without RTTI

  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

namespace detail {
/// Throws, or where exceptions are off prints the same sentence and aborts.
template <class Exception>
[[noreturn]] void raise(const Exception& exception) {
#if defined(__cpp_exceptions)
  throw exception;
#else
  std::fprintf(stderr, "%s\n", exception.what());
  std::abort();
#endif
}
}  // namespace detail

/// What a `try_` function returns: a value or an Error.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: `return value;` reads best
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: likewise

  explicit operator bool() const noexcept { return held_.index() == 0; }
  /// The value. Without one: throws the error.
  T& value() & {
    if (held_.index() != 0) detail::raise(error());
    return *std::get_if<0>(&held_);
  }
  T value() && { return std::move(static_cast<Result&>(*this).value()); }
  T& operator*() noexcept { return *std::get_if<0>(&held_); }
  T* operator->() noexcept { return std::get_if<0>(&held_); }
  /// The error; only where there is no value.
  const Error& error() const noexcept { return *std::get_if<1>(&held_); }

 private:
  std::variant<T, Error> held_;
};

}  // namespace sluice
