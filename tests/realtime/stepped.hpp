// Steps a child through its machine code, and tells what it ran: how many instructions, and how many of them lock the
// bus or wait for all stores: each costs tens of nanoseconds. x86-64 only.
#pragma once

#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <functional>

namespace tests {

struct Stepped {
  bool is_possible = false;  // whether this machine and system let a process step through its child
  std::uint64_t instructions = 0;
  std::uint64_t locked = 0;
};

/// Whether the instruction at the first of these bytes is locked, an exchange with memory (locked without saying so)
/// or a full fence.
inline bool is_locked(std::uint64_t bytes) noexcept {
  const auto byte_at = [bytes](unsigned at) { return static_cast<unsigned>(bytes >> (8 * at) & 0xFF); };
  unsigned at = 0;
  const auto is_prefix = [](unsigned byte) {
    return byte == 0x66 || byte == 0xF2 || byte == 0xF3 || byte == 0x64 || byte == 0x65 || byte == 0x2E || byte == 0x3E;
  };
  while (at < 6 && is_prefix(byte_at(at))) ++at;
  if (byte_at(at) == 0xF0) return true;
  if (byte_at(at) >= 0x40 && byte_at(at) <= 0x4F) ++at;  // REX
  const unsigned code = byte_at(at);
  const bool has_memory = (byte_at(at + 1) >> 6) != 3;
  if (code == 0x86 || code == 0x87) return has_memory;
  return code == 0x0F && byte_at(at + 1) == 0xAE && byte_at(at + 2) == 0xF0;  // mfence
}

/// Runs `prepare` in a child, since a forked child has no part in its parent's channels, then `hot` instruction by
/// instruction.
inline Stepped step_through(const std::function<void()>& prepare, const std::function<void()>& hot) {
  Stepped stepped;
#if defined(__x86_64__)
  const pid_t child = fork();
  if (child == 0) {
    prepare();
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(1);
    raise(SIGSTOP);
    hot();
    kill(getpid(), SIGSTOP);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFSTOPPED(status)) return stepped;
  stepped.is_possible = true;
  while (ptrace(PTRACE_SINGLESTEP, child, nullptr, nullptr) == 0 && waitpid(child, &status, 0) == child) {
    if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP) break;
    user_regs_struct registers{};
    ptrace(PTRACE_GETREGS, child, nullptr, &registers);
    const auto bytes = static_cast<std::uint64_t>(ptrace(PTRACE_PEEKTEXT, child, registers.rip, nullptr));
    ++stepped.instructions;
    if (is_locked(bytes)) ++stepped.locked;
  }
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
#else
  static_cast<void>(hot);
#endif
  return stepped;
}

}  // namespace tests
