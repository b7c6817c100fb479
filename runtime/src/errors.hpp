// The sentences of sluice::Error, one function a code: what happened, where, what to do.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>

#include <sluice/error.hpp>
#include <sluice/reason.hpp>
#include <sluice/stats.hpp>

#include "channel_name.hpp"
#include "role_lock.hpp"

namespace sluice::detail {

/// 67112960 as 67,112,960.
std::string with_commas(std::uint64_t number);
std::string shown(Version version);
const char* shown(Role role) noexcept;

Error invalid_instance(const ChannelName& name);
Error invalid_mode(const ChannelName& name, unsigned mode);
Error unknown_group(const ChannelName& name, const std::string& group);
Error not_in_group(const ChannelName& name, gid_t group);
Error role_taken(const ChannelName& name, Role role, const Peer& holder);
Error window_missing(const ChannelName& name, std::chrono::nanoseconds waited);
Error shared_memory_full(const ChannelName& name, std::uint64_t needed_bytes, std::uint64_t free_bytes,
                         std::uint64_t capacity, std::uint64_t slot_bytes);
Error permission_denied(const ChannelName& name, const std::string& path, const std::string& what);
Error untrusted_owner(const ChannelName& name, const std::string& path, uid_t owner, NameKind kind);
Error world_writable(const ChannelName& name, const std::string& path);
Error not_owner(const ChannelName& name, const std::string& path, uid_t owner);
Error foreign_object(const ChannelName& name, const std::string& path, const std::string& why);
Error damaged_window(const ChannelName& name, const std::string& path, const std::string& why);
Error broken_program(const ChannelName& name, const std::string& why);
Error other_format(const ChannelName& name, const std::string& path, std::uint32_t format, std::uint32_t ours);
Error memory_not_locked(const ChannelName& name, std::uint64_t bytes, int error);
Error busy(const ChannelName& name, std::chrono::milliseconds patience);
Error poisoned(const ChannelName& name, Role role, const char* word, std::uint64_t value);
Error forked(const ChannelName& name, Role role);
/// A system call failed with `error`: permission_denied or system.
Error system_error(const ChannelName& name, const std::string& call, int error);

}  // namespace sluice::detail
