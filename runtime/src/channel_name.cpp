#include "channel_name.hpp"

#include <unistd.h>

#include <algorithm>

namespace sluice::detail {

namespace {

constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::string path_of(const std::string& prefix, const ChannelName& name) {
  std::string path = std::string(kSharedMemoryFolder) + "/sluice." + prefix + name.channel;
  if (!name.instance.empty()) path += "." + name.instance;
  return path;
}

}  // namespace

bool is_valid_part(std::string_view part) noexcept {
  return !part.empty() && part.size() <= 64 && is_lower(part.front()) &&
         std::all_of(part.begin(), part.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

std::string ChannelName::shown() const {
  const std::string shown = "channel '" + channel + "'";
  return instance.empty() ? shown : shown + ", instance '" + instance + "'";
}

std::string ChannelName::own_path() const { return path_of(std::to_string(geteuid()) + ".", *this); }

std::string ChannelName::shared_path() const { return path_of("", *this); }

}  // namespace sluice::detail
