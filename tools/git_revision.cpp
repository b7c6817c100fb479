#include "git_revision.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "process.hpp"
#include "temporary_folder.hpp"
#include "tool_error.hpp"

namespace sluice::tools {

namespace {

namespace fs = std::filesystem;

std::string without_newline(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::vector<std::string> split_at_nul(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\0', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

bool ends_with(const std::string& text, const std::string& ending) {
  return text.size() >= ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

std::string checked(const Finished& finished, const std::string& command) {
  if (finished.exit_code == 0) return finished.output;
  throw ToolError(fmt::format("sluice: {} failed:\n  {}", command, without_newline(finished.complaint)));
}

}  // namespace

std::optional<RevisionPath> split_revision(const std::string& name) {
  int braces = 0;  // "HEAD@{12:30}" holds a colon of its own
  for (std::size_t at = 0; at < name.size(); ++at) {
    braces += name[at] == '{' ? 1 : name[at] == '}' ? -1 : 0;
    if (name[at] == ':' && braces == 0 && at > 0) return RevisionPath{name.substr(0, at), name.substr(at + 1)};
  }
  return std::nullopt;
}

GitRevision::GitRevision(const std::string& revision, const fs::path& folder) : revision_(revision), top_(folder) {
  prefix_ = without_newline(git({"rev-parse", "--show-prefix"}));
  const fs::path up = without_newline(git({"rev-parse", "--show-cdup"}));
  const Finished found =
      run_program({"git", "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{tree}"}, folder);
  if (found.exit_code != 0) throw ToolError(fmt::format("sluice: git knows no revision '{}' here", revision));
  tree_ = without_newline(found.output);
  top_ = folder / up;
  files_ = split_at_nul(git({"ls-tree", "-r", "-z", "--name-only", "--full-tree", tree_}));
}

std::string GitRevision::from_top(const std::string& path) const {
  const bool is_relative = path.rfind("./", 0) == 0 || path.rfind("../", 0) == 0;
  return (is_relative ? fs::path(prefix_) / path : fs::path(path)).lexically_normal().string();
}

std::optional<std::string> GitRevision::folder_from_top(const fs::path& folder) const {
  const fs::path relative = fs::weakly_canonical(folder).lexically_relative(fs::weakly_canonical(top_));
  if (relative.empty() || *relative.begin() == "..") return std::nullopt;
  return relative.string();
}

bool GitRevision::has(const std::string& path) const {
  return std::find(files_.begin(), files_.end(), path) != files_.end();
}

std::vector<std::string> GitRevision::namesakes(const std::string& path) const {
  std::vector<std::string> found;
  std::copy_if(files_.begin(), files_.end(), std::back_inserter(found),
               [&](const std::string& file) { return fs::path(file).filename() == fs::path(path).filename(); });
  return found;
}

std::string GitRevision::content(const std::string& path) const {
  return git({"cat-file", "blob", tree_ + ":" + path});
}

void GitRevision::extract(const std::vector<std::string>& endings, const fs::path& into) const {
  const TemporaryFolder folder;
  const fs::path archive = folder.path() / "files.tar";
  std::vector<std::string> words{"archive", "--format=tar", "-o", archive.string(), tree_, "--"};
  for (const std::string& ending : endings) {
    // git fails on a pattern that matches nothing
    const auto matches = [&](const std::string& file) { return ends_with(file, ending); };
    if (std::any_of(files_.begin(), files_.end(), matches)) words.push_back("*" + ending);
  }
  git(std::move(words));
  checked(run_program({"tar", "-xf", archive.string(), "-C", into.string()}, folder.path()), "tar");
}

std::string GitRevision::git(std::vector<std::string> words) const {
  words.insert(words.begin(), "git");
  return checked(run_program(words, top_), words[0] + " " + words[1]);
}

}  // namespace sluice::tools
