#include "window_list.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <utility>
#include <variant>

#include "escaped_text.hpp"
#include "nearest.hpp"
#include "tool_error.hpp"

namespace sluice::tools {

namespace {

std::optional<WindowFile> first_there(const std::string& name) {
  for (const std::string& file_name : files_meant_by(name)) {
    auto file = window_file_named(file_name);
    if (file && !file->is_half_made && look_at(*file)) return file;
  }
  return std::nullopt;
}

// The short name, where it leads to this very file.
std::string shown_name(const WindowFile& file, const std::string& short_name) {
  const auto found = first_there(short_name);
  return found && found->inode == file.inode ? short_name : file.file_name;
}

// A new window may take the name just now: then that one is meant.
std::variant<ObservedWindow, NotObserved> look(WindowFile& file) {
  constexpr int attempts = 10;
  auto looked = ObservedWindow::look(file);
  for (int attempt = 1; attempt < attempts && !std::holds_alternative<ObservedWindow>(looked); ++attempt) {
    if (std::get<NotObserved>(looked).obstacle != Obstacle::gone || !look_at(file)) break;
    looked = ObservedWindow::look(file);
  }
  return looked;
}

Listed listed(WindowFile file) {
  Listed entry;
  auto looked = look(file);
  if (auto* const window = std::get_if<ObservedWindow>(&looked)) {
    entry.name = shown_name(file, window->name());
    entry.window = std::move(*window);
  } else {
    entry.name = shown_name(file, file.dotted);
    entry.obstacle = std::get<NotObserved>(std::move(looked));
  }
  entry.file = std::move(file);
  return entry;
}

// Each window is an open file while it is looked at.
void allow_many_files() {
  struct rlimit files {};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

std::vector<Listed> list_windows() {
  allow_many_files();
  std::vector<Listed> list;
  for (WindowFile& file : window_files()) {
    Listed entry = listed(std::move(file));
    if (entry.window || entry.obstacle.obstacle != Obstacle::gone) list.push_back(std::move(entry));
  }
  return list;
}

ObservedWindow observe(const std::string& name) {
  auto file = first_there(name);
  if (!file) throw ToolError(no_window_text(name));
  auto looked = look(*file);
  if (auto* const window = std::get_if<ObservedWindow>(&looked)) return std::move(*window);
  const NotObserved& why = std::get<NotObserved>(looked);
  if (why.obstacle == Obstacle::gone) throw ToolError(no_window_text(name));
  throw ToolError("sluice: '" + escaped(name) + "' is not to be observed: " + escaped(file->path) + ": " +
                  escaped(why.why) + "\n  hint: sluice doctor says what to do");
}

std::string no_window_text(const std::string& name) {
  std::vector<std::string> names;
  for (const Listed& entry : list_windows()) {
    if (entry.window) names.push_back(entry.name);
  }
  const std::string text = "sluice: no window '" + escaped(name) + "'";
  if (names.empty()) return text + ": there is none at all\n  hint: start the producer first";
  const auto meant = nearest(name, names);
  return text + (meant ? "; did you mean '" + *meant + "'?" : "") + "\n  hint: sluice ls shows all windows";
}

}  // namespace sluice::tools
