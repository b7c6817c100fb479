#include "sluicegen.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include "process.hpp"
#include "temporary_folder.hpp"
#include "tool_error.hpp"

namespace sluice::tools {

namespace {

namespace fs = std::filesystem;

bool is_program(const fs::path& path) { return fs::is_regular_file(path) && access(path.c_str(), X_OK) == 0; }

fs::path beside_this_program() {
  std::error_code unknown;
  return fs::read_symlink("/proc/self/exe", unknown).parent_path() / "sluicegen";
}

fs::path on_the_path(const std::string& program) {
  const char* const path = std::getenv("PATH");
  const std::string folders = path != nullptr ? path : "";
  for (std::size_t begin = 0; begin <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', begin), folders.size());
    const fs::path candidate = fs::path(folders.substr(begin, end - begin)) / program;
    if (is_program(candidate)) return fs::absolute(candidate);
    begin = end + 1;
  }
  return {};
}

// Named by the user, else beside this program (so it is installed, and so a build folder has it), else on the PATH.
fs::path find_sluicegen() {
  if (const char* const named = std::getenv("SLUICEGEN"); named != nullptr && *named != '\0') {
    if (!is_program(named)) throw ToolError(fmt::format("sluice: SLUICEGEN is '{}', which is no program", named));
    return fs::absolute(named);
  }
  if (const fs::path own = beside_this_program(); is_program(own)) return own;
  if (fs::path found = on_the_path("sluicegen"); !found.empty()) return found;
  throw ToolError(
      "sluice: there is no sluicegen to read schemas with, neither beside this program nor on the PATH\n"
      "  hint: set SLUICEGEN to its path, or compare descriptor files, which need none");
}

std::string indented(const std::string& text) {
  std::string lines = "  ";
  for (const char c : text) {
    lines += c;
    if (c == '\n') lines += "  ";
  }
  return lines.substr(0, lines.find_last_not_of(" \n") + 1);
}

}  // namespace

std::vector<std::uint8_t> describe(const std::string& name, const fs::path& file, const fs::path& folder,
                                   const std::vector<std::string>& import_folders) {
  const TemporaryFolder out;
  const fs::path descriptor = out.path() / "descriptor";
  std::vector<std::string> words{find_sluicegen(), "--descriptor", descriptor.string()};
  for (const std::string& each : import_folders) words.push_back("-I" + each);
  words.insert(words.end(), {"--", file.string()});
  const Finished made = run_program(words, folder);
  if (made.exit_code != 0) {
    throw ToolError(fmt::format("sluice: sluicegen refuses {}:\n{}", name, indented(made.complaint)));
  }
  return bytes_of(descriptor);
}

std::vector<std::uint8_t> bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.is_open() || stream.bad())
    throw ToolError(fmt::format("sluice: {}: {}", file.string(), std::strerror(errno)));
  return bytes;
}

}  // namespace sluice::tools
