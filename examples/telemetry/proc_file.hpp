// A file of /proc that is kept open and read again and again, without opening or allocating each time.
#pragma once

#include <memory>
#include <string_view>

namespace telemetry {

class ProcFile {
 public:
  /// Errors: std::system_error that names the file.
  explicit ProcFile(const char* path);
  ProcFile(const ProcFile&) = delete;
  ProcFile& operator=(const ProcFile&) = delete;
  ~ProcFile();

  /// What the file says now: whole lines only, up to 64 KiB; empty if it cannot be read. Valid until the next call.
  std::string_view read() noexcept;

 private:
  int fd_;
  std::unique_ptr<char[]> text_;
};

}  // namespace telemetry
