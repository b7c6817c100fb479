// A slot of a channel whose messages are FlatBuffers tables of a user's own schema, as TableMessage of
// flatbuffer_message.hpp lays it out, for sizes that are known from a descriptor only. A test compares both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice::tools {

inline constexpr std::uint64_t kTableFieldAt = 16;   // of the distance to the table's length
inline constexpr std::uint64_t kTableRegionAt = 32;  // of the bytes that end with the table

/// Makes a slot that holds no table: what a new window's slots are.
void make_table_slot(std::byte* slot, std::uint64_t region_bytes);

/// Puts a finished table into a slot. It is a valid FlatBuffer all the while, first without a table, then with it.
void put_table(std::byte* slot, std::uint64_t region_bytes, const std::vector<std::byte>& table);

}  // namespace sluice::tools
