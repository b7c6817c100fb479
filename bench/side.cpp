#include "side.hpp"

#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include "subjects.hpp"

namespace bench {

namespace {

void pin_to(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  if (sched_setaffinity(0, sizeof cores, &cores) != 0) {
    throw std::system_error(errno, std::generic_category(), "not pinned to core " + std::to_string(core));
  }
}

void run_ahead_of_others(int priority) {
  if (priority == 0) return;
  const sched_param wanted{priority};
  if (sched_setscheduler(0, SCHED_FIFO, &wanted) != 0) {
    throw std::system_error(errno, std::generic_category(), "no SCHED_FIFO of priority " + std::to_string(priority));
  }
}

template <std::size_t Size>
void copy_text(std::array<char, Size>& to, const char* from) noexcept {
  std::strncpy(to.data(), from, Size - 1);
}

void run_subject(Session& session) {
  const Request& asked = session.request();
  const Subject* subject = find_subject(asked.subject.data());
  if (subject == nullptr) throw Refused("no such subject");
  const auto found = subject->run.find(asked.bytes);
  if (found == subject->run.end()) throw Refused("not made for this size");
  found->second(session);
}

}  // namespace

std::size_t arenas_offset() noexcept { return (sizeof(Control) + 4095) / 4096 * 4096; }
std::size_t block_bytes(std::size_t arena_bytes) noexcept { return arenas_offset() + 2 * arena_bytes; }

Control& map_block(int file, std::size_t bytes) {
  void* const at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0);
  if (at == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "the shared block is not mapped");
  return *static_cast<Control*>(at);
}

int run_side(int file, Side side) noexcept {
  prctl(PR_SET_PDEATHSIG, SIGKILL);    // none outlives its driver
  dup2(STDERR_FILENO, STDOUT_FILENO);  // some peers print; stdout is for the result
  struct stat status {};
  if (fstat(file, &status) != 0) return 2;
  Control* control = nullptr;
  try {
    control = &map_block(file, static_cast<std::size_t>(status.st_size));
    pin_to(control->request.cores[static_cast<std::size_t>(side)]);
    run_ahead_of_others(control->request.priority);
    Session session(*control, reinterpret_cast<std::byte*>(control) + arenas_offset(), side);
    run_subject(session);
    return 0;
  } catch (const std::exception& error) {
    if (control == nullptr) return 2;
    copy_text(control->outcomes[static_cast<std::size_t>(side)].failure, error.what());
    control->failed.store(1, std::memory_order_release);
    return 1;
  }
}

}  // namespace bench
