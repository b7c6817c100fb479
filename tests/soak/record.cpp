#include "record.hpp"

#include <sys/mman.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace soak {

Record& Record::make() {
  // Fresh pages are zeroes, and so is a record that has seen nothing.
  void* const memory =
      mmap(nullptr, sizeof(Record), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("soak: mmap");
    std::exit(2);
  }
  return *static_cast<Record*>(memory);
}

void Record::complain(const char* format, ...) {
  constexpr std::uint64_t most_lines = 20;
  if (mistakes++ >= most_lines) return;
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  std::fprintf(stderr, "\nsoak: %s\n", text);
}

}  // namespace soak
