// What making a channel and attaching to one have in common: the order of locks, looks and stores that keeps a
// window whole, never takes its name while somebody is attached, and leaves nothing behind.
// Role bytes are only tried; the set-up byte alone is waited for, one window at a time: no deadlock.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <variant>

#include <sluice/detail/endpoint.hpp>
#include <sluice/error.hpp>

#include "channel_name.hpp"
#include "role_lock.hpp"
#include "window.hpp"

namespace sluice::detail {

/// How long set-up waits for another process that is setting up the same channel.
inline constexpr std::chrono::milliseconds kSetupPatience{2000};

/// Another process changed the name or the window under us: look again.
struct StartOver {};

template <class T>
using Attempt = std::variant<T, Error, StartOver>;

/// An open window under the set-up lock, whose name is still its own.
struct HeldWindow {
  OpenWindow window;
  std::unique_ptr<RoleLock> lock;
};

std::optional<Error> check_instance(const ChannelName& name);

Attempt<HeldWindow> hold(const ChannelName& name, OpenWindow window);

/// Whether each slot is in one place, as far as can be told: nobody must have the `other` role.
bool slots_are_whole(const HeldWindow& held, const LaneView& lane, Role other);

/// Takes the name away. An error where another user's sticky folder forbids it.
std::optional<Error> remove_name(const ChannelName& name, const HeldWindow& held);

/// Gives a window up: who is attached drains it, then learns of it. The caller holds set-up and the bell's role.
std::optional<Error> retire(const ChannelName& name, const HeldWindow& held, HalfWord& own_bell);

/// Locks the window in memory, so that no page of it is ever swapped out.
std::optional<Error> lock_memory(const ChannelName& name, Mapping& mapping);

}  // namespace sluice::detail
