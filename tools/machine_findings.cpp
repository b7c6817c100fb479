#include "machine_findings.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "channel_name.hpp"
#include "errors.hpp"
#include "quantities.hpp"
#include "remove_ipc.hpp"
#include "tool_error.hpp"

namespace sluice::tools {

namespace {

// "always within_size advise [never] deny force" -> "never".
std::string chosen_of(const std::string& choices) {
  const std::size_t open = choices.find('[');
  const std::size_t close = choices.find(']');
  return open < close && close != std::string::npos ? choices.substr(open + 1, close - open - 1) : "";
}

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// CapEff of /proc/self/status has bit 14.
bool may_lock_memory() {
  std::ifstream status("/proc/self/status");
  constexpr unsigned ipc_lock = 14;
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("CapEff:", 0) == 0) return (std::strtoull(line.c_str() + 7, nullptr, 16) >> ipc_lock & 1) != 0;
  }
  return false;
}

Finding about_machine(const char* kind, std::string subject, Weight weight) {
  Finding finding;
  finding.kind = kind;
  finding.subject = std::move(subject);
  finding.weight = weight;
  return finding;
}

Finding little_room(const Machine& machine) {
  Finding finding = about_machine("shared_memory_full", detail::kSharedMemoryFolder, Weight::problem);
  finding.what =
      fmt::format("nearly full: {} of {} are free", in_bytes(machine.free_bytes), in_bytes(machine.total_bytes));
  finding.means =
      "A producer that makes a new window may find no room for it. Windows that are there are not affected.";
  finding.todo = fmt::format(
      "remove what is not needed, or enlarge it: mount -o remount,size=... {} (in a container: "
      "--shm-size=...)",
      detail::kSharedMemoryFolder);
  return finding;
}

Finding few_inodes(const Machine& machine) {
  Finding finding = about_machine("shared_memory_inodes", detail::kSharedMemoryFolder, Weight::problem);
  finding.what = fmt::format("nearly out of files: {} of {} are free", detail::with_commas(machine.free_inodes),
                             detail::with_commas(machine.total_inodes));
  finding.means = "Each window is a file.";
  finding.todo = "remove what is not needed, or mount it with a larger nr_inodes";
  return finding;
}

Finding removes_ipc(const Machine& machine) {
  Finding finding = about_machine("remove_ipc", "RemoveIPC", Weight::problem);
  finding.what = machine.remove_ipc_source.empty() ? "systemd-logind has it on, as is its default"
                                                   : "systemd-logind has it on: " + machine.remove_ipc_source;
  finding.means =
      "When a user logs out for the last time, the names of that user's windows are taken away, even while "
      "services of the same user use them. They go on, but nobody new finds them.";
  finding.todo = "run channels as a system user, or: loginctl enable-linger USER, or RemoveIPC=no in logind.conf";
  return finding;
}

Finding little_to_lock(const Machine& machine, std::uint64_t largest_window) {
  Finding finding = about_machine("locked_memory", "RLIMIT_MEMLOCK", Weight::note);
  finding.what = fmt::format("this user may lock {}, less than the largest window, {}",
                             in_bytes(machine.lockable_bytes), in_bytes(largest_window));
  finding.means = "A program that opens it with `lock_memory` is refused; others are not affected.";
  finding.todo = "raise it: ulimit -l, LimitMEMLOCK= of a service, or limits.conf";
  return finding;
}

Finding no_huge_pages(const Machine& machine) {
  Finding finding = about_machine("huge_pages", "huge pages", Weight::note);
  finding.what = fmt::format("shared memory has none: shmem_enabled is '{}'", machine.huge_pages);
  finding.means = "The option `huge_pages` of create() changes nothing.";
  finding.todo =
      "if a channel of large messages wants them: echo advise > "
      "/sys/kernel/mm/transparent_hugepage/shmem_enabled";
  return finding;
}

}  // namespace

Machine Machine::look(const std::vector<uid_t>& users) {
  Machine machine;
  struct statvfs memory {};
  if (statvfs(detail::kSharedMemoryFolder, &memory) != 0) {
    throw ToolError(std::string("sluice: cannot look at ") + detail::kSharedMemoryFolder + ": " + std::strerror(errno));
  }
  machine.total_bytes = std::uint64_t{memory.f_blocks} * memory.f_frsize;
  machine.free_bytes = std::uint64_t{memory.f_bavail} * memory.f_frsize;
  machine.total_inodes = memory.f_files;
  machine.free_inodes = memory.f_favail;
  struct rlimit locked {};
  machine.lockable_bytes = getrlimit(RLIMIT_MEMLOCK, &locked) == 0 ? locked.rlim_cur : RLIM_INFINITY;
  machine.may_lock_all = may_lock_memory();
  machine.huge_pages = chosen_of(first_line("/sys/kernel/mm/transparent_hugepage/shmem_enabled"));
  const RemoveIpc setting = read_remove_ipc("");
  const auto is_subject = [](uid_t user) { return is_subject_to_remove_ipc(user, ""); };
  machine.loses_names = setting.is_on && logind_runs("") && std::any_of(users.begin(), users.end(), is_subject);
  machine.remove_ipc_source = setting.source;
  return machine;
}

Findings findings_on(const Machine& machine, std::uint64_t largest_window) {
  Findings findings;
  constexpr std::uint64_t one_in = 10;
  if (machine.free_bytes < machine.total_bytes / one_in) findings.push_back(little_room(machine));
  if (machine.free_inodes < machine.total_inodes / one_in) findings.push_back(few_inodes(machine));
  if (machine.loses_names) findings.push_back(removes_ipc(machine));
  if (!machine.may_lock_all && machine.lockable_bytes < largest_window) {
    findings.push_back(little_to_lock(machine, largest_window));
  }
  if (machine.huge_pages == "never" || machine.huge_pages == "deny") findings.push_back(no_huge_pages(machine));
  return findings;
}

}  // namespace sluice::tools
