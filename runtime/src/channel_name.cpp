#include "channel_name.hpp"

#include <unistd.h>

#include <algorithm>

namespace sluice::detail {

namespace {

constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

}  // namespace

bool is_valid_part(std::string_view part) noexcept {
  return !part.empty() && part.size() <= 64 && is_lower(part.front()) &&
         std::all_of(part.begin(), part.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

std::string ChannelName::shown() const {
  const std::string shown = "channel '" + channel + "'";
  return instance.empty() ? shown : shown + ", instance '" + instance + "'";
}

std::string ChannelName::path(NameKind kind) const {
  const std::string user = kind == NameKind::own ? std::to_string(geteuid()) + "." : "";
  const std::string path = std::string(kSharedMemoryFolder) + "/sluice." + user + channel;
  return instance.empty() ? path : path + "." + instance;
}

}  // namespace sluice::detail
