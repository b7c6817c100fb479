// Files of a git revision, without touching the working tree.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sluice::tools {

struct RevisionPath {
  std::string revision;
  std::string path;
};

/// Splits "HEAD~3:schemas/imu.yaml" at the colon that git would; none if there is none.
std::optional<RevisionPath> split_revision(const std::string& name);

class GitRevision {
 public:
  /// @param folder  any folder of the repository.
  /// Throws ToolError, with git's words, if there is no repository or no such revision.
  GitRevision(const std::string& revision, const std::filesystem::path& folder);

  /// A path as git writes it after the colon, "./" and "../" being relative to the folder, from the repository's top.
  std::string from_top(const std::string& path) const;

  /// A folder of the working tree, from the repository's top; none if it lies outside.
  std::optional<std::string> folder_from_top(const std::filesystem::path& folder) const;

  /// Whether the revision has that file, from the top.
  bool has(const std::string& path) const;

  /// The files of that file name, wherever they lie: what a user may have meant.
  std::vector<std::string> namesakes(const std::string& path) const;

  std::string content(const std::string& path) const;

  /// Writes all files whose names end like one of the endings (".yaml") into a folder, which keeps their places.
  void extract(const std::vector<std::string>& endings, const std::filesystem::path& into) const;

 private:
  std::string git(std::vector<std::string> words) const;

  std::string revision_;
  std::filesystem::path top_;
  std::string prefix_;  // of the folder, from the top: "schemas/"
  std::string tree_;    // the revision's tree, by its hash
  std::vector<std::string> files_;
};

}  // namespace sluice::tools
