// Bytes -> a descriptor that may be walked and printed: untrusted ones come from windows and from files.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice::descriptor {
struct Channel;
}

namespace sluice::detail {

/// The root of a descriptor whose every offset has been checked, with texts fit to print; null if something is wrong.
const descriptor::Channel* verify_descriptor(const std::uint8_t* bytes, std::size_t size) noexcept;

}  // namespace sluice::detail
