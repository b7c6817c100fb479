// Reads files of /proc with pread; declared in proc_file.hpp.
#include "proc_file.hpp"

#include <cerrno>
#include <cstddef>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

namespace telemetry {

namespace {
constexpr std::size_t kMostBytes = 64 * 1024;
}

ProcFile::ProcFile(const char* path)
    : fd_(::open(path, O_RDONLY | O_CLOEXEC)), text_(std::make_unique<char[]>(kMostBytes)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), std::string("cannot open ") + path);
}

ProcFile::~ProcFile() { ::close(fd_); }

std::string_view ProcFile::read() noexcept {
  std::size_t size = 0;
  while (size < kMostBytes) {  // the kernel hands out some of these files a page at a time
    const ssize_t got = ::pread(fd_, text_.get() + size, kMostBytes - size, static_cast<off_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  const std::string_view text(text_.get(), size);
  return text.substr(0, text.rfind('\n') + 1);  // npos + 1 is 0: no line at all
}

}  // namespace telemetry
