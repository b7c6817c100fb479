// What a peer can be told to do to itself as a process: fork, start another program, live with limits, abort.
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace tests {

/// A child that sleeps until it is killed, with everything inherited; the answer is its process id. By then it has come
/// out of fork(): before that it still has what the library closes there.
inline std::string fork_and_stay() {
  std::cout.flush();
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return "refused";
  const pid_t child = fork();
  char sign = 0;
  if (child != 0) {
    const bool is_out = read(ends[0], &sign, 1) == 1;
    close(ends[0]);
    close(ends[1]);
    return is_out ? std::to_string(child) : "refused";
  }
  while (write(ends[1], &sign, 1) != 1) {
  }
  for (;;) pause();
}

inline char* const* sleep_command() {
  static char program[] = "sleep";
  static char seconds[] = "1000";
  static char* const words[] = {program, seconds, nullptr};
  return words;
}

/// Another program as a child, which sleeps until it is killed.
inline std::string spawn_and_stay() {
  pid_t child = -1;
  const int error = posix_spawnp(&child, "sleep", nullptr, nullptr, sleep_command(), environ);
  return error == 0 ? std::to_string(child) : "refused";
}
inline std::string vfork_and_stay() {
  const pid_t child = vfork();
  if (child == 0) {
    execvp("sleep", sleep_command());
    _exit(127);
  }
  return std::to_string(child);
}

inline std::string limit_locked_memory(std::uint64_t bytes) {
  const struct rlimit limit { bytes, bytes };
  return setrlimit(RLIMIT_MEMLOCK, &limit) == 0 ? "limited" : "refused";
}

/// Aborts with that much memory to dump into the current folder. Answers before it does.
inline std::string abort_with_core(std::uint64_t mebibytes, const std::string& folder) {
  const struct rlimit all { RLIM_INFINITY, RLIM_INFINITY };
  if (chdir(folder.c_str()) != 0 || setrlimit(RLIMIT_CORE, &all) != 0) return "refused";
  const std::vector<char> image(mebibytes << 20, 'x');
  std::cout << "aborting" << std::endl;
  std::abort();
}

/// New namespaces for this process or its children, under the user that it has; false where that is refused.
inline bool enter_namespaces(int flags) {
  const std::string user = std::to_string(geteuid());
  const std::string group = std::to_string(getegid());
  const bool is_root = geteuid() == 0;
  if (unshare(flags | (is_root ? 0 : CLONE_NEWUSER)) != 0) return false;
  if (is_root) return true;
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << user + " " + user + " 1";
  std::ofstream("/proc/self/gid_map") << group + " " + group + " 1";
  return true;
}

/// A /dev/shm of that many KiB that only this process sees; with `files`, of that many inodes, the folder's among them.
inline std::string small_shared_memory(std::uint64_t kibibytes, const std::string& files) {
  if (!enter_namespaces(CLONE_NEWNS)) return "refused";
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return "refused";
  const std::string options =
      "size=" + std::to_string(kibibytes) + "k,mode=1777" + (files.empty() ? "" : ",nr_inodes=" + files);
  return mount("small", "/dev/shm", "tmpfs", 0, options.c_str()) == 0 ? "mounted" : "refused";
}
/// A file in it that takes that many KiB.
inline std::string fill_shared_memory(std::uint64_t kibibytes) {
  const std::string name = "/dev/shm/filling";
  std::ofstream(name) << std::string(kibibytes << 10, 'x') << std::flush;
  return std::filesystem::file_size(name) == kibibytes << 10 ? "filled" : "refused";
}
inline std::string free_shared_memory() {
  struct statvfs system {};
  if (statvfs("/dev/shm", &system) != 0) return "unknown";
  return std::to_string(system.f_bavail * system.f_frsize);
}

inline std::string obey_as_process(const std::string& verb, std::istringstream& words) {
  std::uint64_t number = 0;
  std::string folder;  // or another word
  words >> number >> folder;
  if (verb == "fork_and_stay") return fork_and_stay();
  if (verb == "spawn_and_stay") return spawn_and_stay();
  if (verb == "vfork_and_stay") return vfork_and_stay();
  if (verb == "limit_locked_memory") return limit_locked_memory(number);
  if (verb == "abort_with_core") return abort_with_core(number, folder);
  if (verb == "small_shared_memory") return small_shared_memory(number, folder);
  if (verb == "fill_shared_memory") return fill_shared_memory(number);
  if (verb == "free_shared_memory") return free_shared_memory();
  return "? " + verb;
}

}  // namespace tests
