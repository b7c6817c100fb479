// How much memory this process has locked, by the kernel's word: AddressSanitizer makes mlock() do nothing.
#pragma once

#include <sys/mman.h>

#include <fstream>
#include <string>

inline unsigned long locked_kilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmLck:")) return std::stoul(line.substr(6));
  }
  return 0;
}

/// Whether mlock() locks anything here at all.
inline bool mlock_works() {
  void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return false;
  const bool works = mlock(page, 4096) == 0 && locked_kilobytes() > 0;
  munmap(page, 4096);
  return works;
}
