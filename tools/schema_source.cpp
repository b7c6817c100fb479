#include "schema_source.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "git_revision.hpp"
#include "sluicegen.hpp"
#include "temporary_folder.hpp"
#include "verify_descriptor.hpp"

namespace sluice::tools {

namespace {

namespace fs = std::filesystem;

bool is_yaml(const fs::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

std::string without_colon(const std::string& bare_revision) {
  return bare_revision.substr(0, bare_revision.size() - 1);
}

Schema read_file(const std::string& name, const ImportFolders& import_folders) {
  return {name, is_yaml(name) ? describe(name, name, fs::current_path(), import_folders) : bytes_of(name)};
}

// A folder of the repository is meant as it was in the revision; another one has no past.
ImportFolders folders_in(const GitRevision& revision, const ImportFolders& import_folders) {
  ImportFolders folders;
  for (const std::string& folder : import_folders) {
    folders.push_back(revision.folder_from_top(folder).value_or(fs::absolute(folder).string()));
  }
  return folders;
}

// The file itself and what it may import, all of one revision.
Schema read_from(const GitRevision& revision, const std::string& name, const std::string& path,
                 const ImportFolders& import_folders) {
  if (!is_yaml(path)) {
    const std::string content = revision.content(path);
    return {name, {content.begin(), content.end()}};
  }
  const TemporaryFolder folder;
  revision.extract({".yaml", ".yml", ".fbs"}, folder.path());
  if (!fs::exists(folder.path() / path)) {
    throw ToolError(
        fmt::format("sluice: {}: git archive leaves the file out; see 'export-ignore' in .gitattributes", name));
  }
  return {name, describe(name, path, folder.path(), folders_in(revision, import_folders))};
}

std::string missing(const std::string& name, const GitRevision& revision, const std::string& path) {
  const auto namesakes = revision.namesakes(path);
  const std::string meant =
      namesakes.empty() ? "" : fmt::format("; did you mean '{}'?", fmt::join(namesakes, "' or '"));
  return fmt::format("sluice: {}: the revision has no file '{}'{}", name, path, meant);
}

}  // namespace

Schema::Schema(const std::string& name, std::vector<std::uint8_t> bytes)
    : bytes_(std::move(bytes)), channel_(detail::verify_descriptor(bytes_.data(), bytes_.size())) {
  if (channel_ == nullptr) {
    throw ToolError(fmt::format("sluice: {} is neither a schema (.yaml) nor a descriptor that sluicegen made", name));
  }
}

Schema read_schema(const std::string& name, const ImportFolders& import_folders) {
  if (fs::exists(name)) return read_file(name, import_folders);
  const auto named = split_revision(name);
  if (!named) throw ToolError(fmt::format("sluice: there is no file '{}'", name));
  const GitRevision revision(named->revision, fs::current_path());
  const std::string path = revision.from_top(named->path);
  if (!revision.has(path)) throw ToolError(missing(name, revision, path));
  return read_from(revision, name, path, import_folders);
}

bool is_bare_revision(const std::string& name) { return name.size() > 1 && name.back() == ':' && !fs::exists(name); }

std::optional<Schema> read_schema_at(const std::string& bare_revision, const std::string& name,
                                     const ImportFolders& import_folders) {
  const bool is_file = fs::exists(name);
  const auto named = split_revision(name);
  if (!is_file && !named) throw ToolError(fmt::format("sluice: there is no file '{}'", name));
  const fs::path folder = is_file ? fs::absolute(name).parent_path() : fs::current_path();
  const GitRevision revision(without_colon(bare_revision), folder);
  const std::string path = revision.from_top(is_file ? "./" + fs::path(name).filename().string() : named->path);
  if (!revision.has(path)) return std::nullopt;
  return read_from(revision, bare_revision + path, path, import_folders);
}

}  // namespace sluice::tools
