// All windows of this machine, and the one that a user names.
//
// A user names a window as `sluice ls` shows it: the channel, and behind a slash its instance: "demo.imu",
// "demo.imu/left". The dotted form and the file's own name will do as well. As for open(), the user's own window comes
// before the shared one. A window that such a name does not lead to (of another user, or shared beside one's own) is
// shown, and named, by its file: "sluice.1000.demo.imu".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "observed_window.hpp"
#include "window_file.hpp"

namespace sluice::tools {

/// A file under one of the runtime's names: a window, or the reason why it is none.
struct Listed {
  WindowFile file;
  std::string name;                      // observe(name) finds it
  std::optional<ObservedWindow> window;  // none: see `obstacle`
  NotObserved obstacle;
};

/// All there are, by name; windows in the making among them (file.is_half_made). One that cannot be read is an entry
/// like the others. Throws ToolError only where shared memory itself cannot be read.
std::vector<Listed> list_windows();

/// The window that the user means. Throws ToolError: there is none (with the nearest name), or it cannot be observed.
ObservedWindow observe(const std::string& name);

/// "sluice: no window 'demo.imo'; did you mean 'demo.imu'?": for a name that leads nowhere.
std::string no_window_text(const std::string& name);

}  // namespace sluice::tools
