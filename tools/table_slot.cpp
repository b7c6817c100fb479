#include "table_slot.hpp"

#include <cstring>

namespace sluice::tools {

namespace {

constexpr std::uint32_t kTableAt = 4;
constexpr std::uint16_t kNumberAt = 8;
constexpr std::uint16_t kInlineBytes = 16;
constexpr std::uint16_t kFieldAt = kTableFieldAt - kTableAt;
constexpr std::uint16_t kWithTable[] = {8, kInlineBytes, kNumberAt - kTableAt, kFieldAt};
constexpr std::uint16_t kWithoutTable[] = {6, kInlineBytes, kNumberAt - kTableAt};

template <class T>
void put(std::byte* slot, std::uint64_t at, const T& value) {
  std::memcpy(slot + at, &value, sizeof value);
}

// From the table to one of the two vtables behind the region.
void choose(std::byte* slot, std::uint64_t vtable_at) {
  put(slot, kTableAt, static_cast<std::int32_t>(kTableAt - static_cast<std::int64_t>(vtable_at)));
}

}  // namespace

void make_table_slot(std::byte* slot, std::uint64_t region_bytes) {
  const std::uint64_t region_end = kTableRegionAt + region_bytes;
  std::memset(slot, 0, kTableRegionAt);
  put(slot, 0, kTableAt);
  choose(slot, region_end + sizeof kWithTable);
  put(slot, region_end, kWithTable);
  put(slot, region_end + sizeof kWithTable, kWithoutTable);
}

void put_table(std::byte* slot, std::uint64_t region_bytes, const std::vector<std::byte>& table) {
  const std::uint64_t region_end = kTableRegionAt + region_bytes;
  const std::uint64_t begin = region_end - table.size();
  choose(slot, region_end + sizeof kWithTable);
  std::memcpy(slot + begin, table.data(), table.size());
  put(slot, begin - 4, static_cast<std::uint32_t>(table.size()));
  put(slot, kTableFieldAt, static_cast<std::uint32_t>(begin - 4 - kTableFieldAt));
  choose(slot, region_end);
}

}  // namespace sluice::tools
