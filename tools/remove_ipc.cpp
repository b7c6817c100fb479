#include "remove_ipc.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "window_file.hpp"

namespace sluice::tools {

namespace {

namespace fs = std::filesystem;

// The first has the last word.
constexpr std::array kFolders{"/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd"};
constexpr uid_t kFirstUser = 1000;  // of those who log in, on Debian and most others
constexpr uid_t kNobody = 65534;

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::optional<bool> as_bool(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return static_cast<char>(tolower(c)); });
  for (const char* const yes : {"1", "yes", "y", "true", "t", "on"}) {
    if (word == yes) return true;
  }
  for (const char* const no : {"0", "no", "n", "false", "f", "off"}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

void read_file(const fs::path& path, const std::string& shown, RemoveIpc& setting) {
  std::ifstream file(path);
  bool is_login = false;
  for (std::string line; std::getline(file, line);) {
    line = trimmed(line);
    if (!line.empty() && line.front() == '[') is_login = line == "[Login]";
    const std::size_t equals = line.find('=');
    if (!is_login || equals == std::string::npos || trimmed(line.substr(0, equals)) != "RemoveIPC") continue;
    const std::string value = trimmed(line.substr(equals + 1));
    if (value.empty())
      setting = RemoveIpc{};  // back to the default
    else if (const auto is_on = as_bool(value))
      setting = {*is_on, shown};
  }
}

}  // namespace

RemoveIpc read_remove_ipc(const std::string& root) {
  RemoveIpc setting;
  std::error_code error;
  for (const char* const folder : kFolders) {
    const std::string main_file = std::string(folder) + "/logind.conf";
    if (!fs::exists(root + main_file, error)) continue;
    read_file(root + main_file, main_file, setting);
    break;
  }
  std::map<std::string, std::string> drop_ins;  // name -> path: one of a stronger folder hides those of the same name
  for (const char* const folder : kFolders) {
    const std::string drop_in_folder = std::string(folder) + "/logind.conf.d";
    for (const auto& entry : fs::directory_iterator(root + drop_in_folder, error)) {
      const std::string name = entry.path().filename().string();
      if (entry.path().extension() == ".conf") drop_ins.emplace(name, drop_in_folder + "/" + name);
    }
  }
  for (const auto& [name, path] : drop_ins) read_file(root + path, path, setting);
  return setting;
}

bool logind_runs(const std::string& root) {
  std::error_code error;
  return fs::exists(root + "/run/systemd/system", error) && fs::exists(root + "/run/systemd/seats", error);
}

bool is_subject_to_remove_ipc(uid_t user, const std::string& root) {
  std::error_code error;
  return user >= kFirstUser && user != kNobody &&
         !fs::exists(root + "/var/lib/systemd/linger/" + user_name(user), error);
}

}  // namespace sluice::tools
