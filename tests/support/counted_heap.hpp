// Counts what a test program asks of the heap. Include it in one source. Under a sanitizer, which has a heap of its
// own, only `operator new` is counted.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

#include "sanitized.hpp"

namespace counted_heap {
inline std::size_t allocations = 0;
}

#if !defined(SLUICE_TEST_SANITIZED)
extern "C" {
void* __libc_malloc(std::size_t bytes);                       // NOLINT: glibc's names
void* __libc_calloc(std::size_t count, std::size_t bytes);    // NOLINT
void* __libc_realloc(void* memory, std::size_t bytes);        // NOLINT
void* __libc_memalign(std::size_t align, std::size_t bytes);  // NOLINT

void* malloc(std::size_t bytes) {
  ++counted_heap::allocations;
  return __libc_malloc(bytes);
}
void* calloc(std::size_t count, std::size_t bytes) {
  ++counted_heap::allocations;
  return __libc_calloc(count, bytes);
}
void* realloc(void* memory, std::size_t bytes) {
  ++counted_heap::allocations;
  return __libc_realloc(memory, bytes);
}
void* aligned_alloc(std::size_t align, std::size_t bytes) {
  ++counted_heap::allocations;
  return __libc_memalign(align, bytes);
}
int posix_memalign(void** memory, std::size_t align, std::size_t bytes) {
  ++counted_heap::allocations;
  *memory = __libc_memalign(align, bytes);
  return *memory != nullptr ? 0 : 12;  // ENOMEM
}
}
#endif

void* operator new(std::size_t bytes) {
  ++counted_heap::allocations;
  if (void* const memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
