// RemoveIPC of systemd-logind: at a user's last logout it removes that user's shared memory, names in use included.
#pragma once

#include <sys/types.h>

#include <string>

namespace sluice::tools {

struct RemoveIpc {
  bool is_on = true;   // logind's default
  std::string source;  // the file that says so; empty: nobody does
};

/// What logind's files say, by its own rules: the main file, then drop-ins by name, the last word wins.
/// @param root  in front of every path; empty for the machine itself
RemoveIpc read_remove_ipc(const std::string& root);

/// Whether logind runs here at all.
bool logind_runs(const std::string& root);
/// Whether logind would remove that user's: not those of the system's users, nor of who lingers.
bool is_subject_to_remove_ipc(uid_t user, const std::string& root);

}  // namespace sluice::tools
