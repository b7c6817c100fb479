#include "nameless_windows.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "channel_name.hpp"
#include "descriptor_lookup.hpp"
#include "file_descriptor.hpp"
#include "verify_descriptor.hpp"
#include "window.hpp"

namespace sluice::tools {

namespace {

namespace fs = std::filesystem;
using detail::FileDescriptor;
using Id = std::pair<dev_t, ino_t>;
using Found = std::map<Id, NamelessWindow>;

constexpr std::chrono::milliseconds kBetweenLooks{200};

bool read_all(int fd, std::uint64_t offset, void* to, std::size_t bytes) {
  return pread(fd, to, bytes, static_cast<off_t>(offset)) == static_cast<ssize_t>(bytes);
}

// The channel of a nameless window; none if it is no window.
std::optional<std::string> channel_in(const std::string& link, std::uint64_t file_bytes) {
  const FileDescriptor file(::open(link.c_str(), O_RDONLY | O_CLOEXEC));
  detail::HeaderFields header;
  if (!file || !read_all(file.get(), 0, &header, sizeof header) || header.magic != detail::kMagic) return std::nullopt;
  if (header.format != detail::kWindowFormat || !detail::contradiction_in(header, file_bytes).empty()) return "";
  std::vector<std::uint8_t> bytes(header.geometry.descriptor_bytes);
  if (!read_all(file.get(), header.geometry.descriptor_offset, bytes.data(), bytes.size())) return "";
  const auto* const channel = detail::verify_descriptor(bytes.data(), bytes.size());
  return channel != nullptr ? detail::text(channel->name()) : "";
}

// Whether it is a file of shared memory without a name; its size, too.
bool is_nameless(const std::string& link, struct stat& file) {
  std::array<char, 64> target{};
  const std::string folder = std::string(detail::kSharedMemoryFolder) + "/";
  const ssize_t length = readlink(link.c_str(), target.data(), target.size());
  return length > static_cast<ssize_t>(folder.size()) && std::equal(folder.begin(), folder.end(), target.begin()) &&
         stat(link.c_str(), &file) == 0 && S_ISREG(file.st_mode) && file.st_nlink == 0;
}

void look_into(const fs::path& process, Found& found) {
  std::error_code error;
  fs::directory_iterator files(process / "fd", error);  // another user's: not to be looked into
  for (; !error && files != fs::directory_iterator(); files.increment(error)) {
    const std::string link = files->path().string();
    struct stat file {};
    if (!is_nameless(link, file)) continue;
    const auto bytes = static_cast<std::uint64_t>(file.st_size);
    const auto channel = channel_in(link, bytes);
    if (!channel) continue;
    NamelessWindow& window = found[{file.st_dev, file.st_ino}];
    window.channel = *channel;
    window.bytes = bytes;
    const pid_t user = std::stoi(process.filename().string());
    if (window.users.empty() || window.users.back() != user) window.users.push_back(user);
  }
}

Found look() {
  Found found;
  std::error_code error;
  fs::directory_iterator processes("/proc", error);
  for (; !error && processes != fs::directory_iterator(); processes.increment(error)) {
    const std::string name = processes->path().filename().string();
    if (std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      look_into(processes->path(), found);
    }
  }
  return found;
}

}  // namespace

std::vector<NamelessWindow> nameless_windows() {
  std::vector<NamelessWindow> both_times;
  const Found first = look();
  if (first.empty()) return both_times;
  std::this_thread::sleep_for(kBetweenLooks);
  for (auto& [id, window] : look()) {
    if (first.count(id) > 0) both_times.push_back(std::move(window));
  }
  return both_times;
}

}  // namespace sluice::tools
