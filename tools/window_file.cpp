#include "window_file.hpp"

#include <dirent.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include "channel_name.hpp"
#include "tool_error.hpp"

namespace sluice::tools {

namespace {

constexpr std::string_view kPrefix = "sluice.";
constexpr std::string_view kHiddenPrefix = ".sluice.";

bool has_prefix(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

// As the runtime writes it: no other form of the number names anybody's window.
std::optional<uid_t> user_in(std::string_view text) {
  uid_t user = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), user);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  return is_whole && std::to_string(user) == text ? std::optional(user) : std::nullopt;
}

// "demo.imu.left": at least one part, each as the runtime wants it.
bool is_dotted_name(std::string_view text) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!detail::is_valid_part(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

std::string in_folder(std::string_view file_name) {
  return std::string(detail::kSharedMemoryFolder) + "/" + std::string(file_name);
}

}  // namespace

std::optional<WindowFile> window_file_named(std::string_view file_name) {
  WindowFile file;
  file.file_name = file_name;
  file.path = in_folder(file_name);
  file.is_half_made = has_prefix(file_name, kHiddenPrefix);
  if (file.is_half_made) return file;
  if (!has_prefix(file_name, kPrefix)) return std::nullopt;
  std::string_view rest = file_name.substr(kPrefix.size());
  const std::string_view first = rest.substr(0, rest.find('.'));
  file.user = user_in(first);  // no channel's name begins with a digit
  if (file.user) rest.remove_prefix(std::min(first.size() + 1, rest.size()));
  if (is_dotted_name(rest)) file.dotted = rest;
  return file;
}

bool look_at(WindowFile& file) {
  struct stat seen {};
  if (lstat(file.path.c_str(), &seen) != 0) return false;
  constexpr std::uint64_t block_bytes = 512;  // of st_blocks, whatever the file system's own are
  file.mode = seen.st_mode;
  file.owner = seen.st_uid;
  file.group = seen.st_gid;
  file.bytes = static_cast<std::uint64_t>(seen.st_size);
  file.allocated_bytes = static_cast<std::uint64_t>(seen.st_blocks) * block_bytes;
  file.inode = {seen.st_dev, seen.st_ino};
  return true;
}

std::vector<WindowFile> window_files() {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(detail::kSharedMemoryFolder), closedir);
  if (!folder) {
    throw ToolError(std::string("sluice: cannot read ") + detail::kSharedMemoryFolder + ": " + std::strerror(errno));
  }
  std::vector<WindowFile> files;
  while (const dirent* const entry = readdir(folder.get())) {
    auto file = window_file_named(entry->d_name);
    if (file && look_at(*file)) files.push_back(std::move(*file));
  }
  std::sort(files.begin(), files.end(),
            [](const WindowFile& one, const WindowFile& other) { return one.file_name < other.file_name; });
  return files;
}

std::vector<std::string> files_meant_by(const std::string& name) {
  std::string text = name;
  if (const std::string folder = in_folder(""); has_prefix(text, folder)) text.erase(0, folder.size());
  std::vector<std::string> meant;
  std::string dotted = text;
  std::replace(dotted.begin(), dotted.end(), '/', '.');
  if (is_dotted_name(dotted)) {
    meant.push_back(std::string(kPrefix) + std::to_string(geteuid()) + "." + dotted);
    meant.push_back(std::string(kPrefix) + dotted);
  }
  if (text.find('/') == std::string::npos && window_file_named(text)) meant.push_back(text);
  return meant;
}

std::string user_name(uid_t user) {
  const struct passwd* const entry = getpwuid(user);
  return entry != nullptr ? entry->pw_name : std::to_string(user);
}

}  // namespace sluice::tools
