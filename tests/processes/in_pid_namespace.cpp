// Runs a program of this folder as the first process of a new PID namespace: in_pid_namespace <program> [argument ...]
// Says "inside" before it does, or "refused". Killed, it takes the program along.
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "process_verbs.hpp"

namespace {

std::string beside(const char* own_path, const char* program) {
  const std::string path = own_path;
  return path.substr(0, path.rfind('/') + 1) + program;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::puts(tests::enter_namespaces(CLONE_NEWPID) ? "inside" : "refused");
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const std::string path = beside(argv[0], argv[1]);
    execv(path.c_str(), argv + 1);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
