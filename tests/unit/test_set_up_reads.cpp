// Set-up reads what another process may write once, into memory of its own: what was checked is what is used. A pread()
// of this program's own writes down what is read, and changes the file behind the reader's back.
#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include <demo/imu.channel.hpp>

#include "window.hpp"

using namespace sluice::detail;

namespace {

struct Read {
  std::uint64_t offset;
  std::uint64_t bytes;

  bool touches(std::uint64_t begin, std::uint64_t end) const { return offset < end && offset + bytes > begin; }
};

std::vector<Read> reads;
std::function<void(const Read&)> behind_each_read;

}  // namespace

extern "C" ssize_t pread(int fd, void* to, std::size_t bytes, off_t offset) {  // NOLINT: the C library's name
  const auto got = static_cast<ssize_t>(syscall(SYS_pread64, fd, to, bytes, offset));
  const Read read{static_cast<std::uint64_t>(offset), bytes};
  reads.push_back(read);
  if (behind_each_read) behind_each_read(read);
  return got;
}

namespace {

/// A window that was left with its name, of another fingerprint where the descriptors are to be compared.
class LeftWindow {
 public:
  explicit LeftWindow(std::uint64_t fingerprint = demo::ImuChannel::info.fingerprint) {
    sluice::CreateOptions options;
    options.instance = instance_;
    options.keep = true;
    { auto producer = demo::ImuProducer::create(options); }
    file_ = FileDescriptor(::open(path_.c_str(), O_RDWR | O_CLOEXEC));
    REQUIRE(file_);
    header_.fingerprint = fingerprint;
    REQUIRE(syscall(SYS_pread64, file_.get(), &header_, sizeof header_, off_t{0}) == sizeof header_);
    header_.fingerprint = fingerprint;
    write(0, &header_, sizeof header_);
    const auto open_again = static_cast<std::uint32_t>(State::open);  // or a consumer finds nothing to read in it
    write(offsetof(WindowHeader, state), &open_again, sizeof open_again);
    reads.clear();
  }
  LeftWindow(const LeftWindow&) = delete;
  LeftWindow& operator=(const LeftWindow&) = delete;
  ~LeftWindow() {
    behind_each_read = nullptr;
    unlink(path_.c_str());
  }

  sluice::OpenOptions opening() const {
    sluice::OpenOptions options;
    options.instance = instance_;
    return options;
  }
  sluice::CreateOptions creating() const {
    sluice::CreateOptions options;
    options.instance = instance_;
    return options;
  }
  const Geometry& geometry() const { return header_.geometry; }
  void wipe(std::uint64_t begin, std::uint64_t end) const {
    const std::vector<unsigned char> ones(end - begin, 0xFF);
    write(begin, ones.data(), ones.size());
  }

 private:
  void write(std::uint64_t at, const void* from, std::size_t bytes) const {
    REQUIRE(pwrite(file_.get(), from, bytes, static_cast<off_t>(at)) == static_cast<ssize_t>(bytes));
  }

  std::string instance_ = "reads" + std::to_string(getpid());
  std::string path_ = ChannelName{demo::ImuChannel::info.name, instance_}.path(NameKind::own);
  FileDescriptor file_;
  HeaderFields header_;
};

std::size_t count(std::uint64_t begin, std::uint64_t end) {
  std::size_t touching = 0;
  for (const Read& read : reads) touching += read.touches(begin, end) ? 1 : 0;
  return touching;
}

constexpr std::uint64_t kOtherFingerprint = 1;

}  // namespace

TEST_CASE("both roles read the header once, and the descriptor once where they look at it") {
  {
    const LeftWindow window(kOtherFingerprint);
    CHECK(demo::ImuConsumer::try_open(window.opening()));
    CHECK(count(0, sizeof(HeaderFields)) == 1);
    CHECK(count(window.geometry().descriptor_offset, window.geometry().producer_offset) == 1);
  }
  {
    const LeftWindow window;
    CHECK(demo::ImuProducer::try_create(window.creating()));
    CHECK(count(0, sizeof(HeaderFields)) == 1);
    CHECK(count(window.geometry().descriptor_offset, window.geometry().producer_offset) == 1);
  }
}

TEST_CASE("a header that changes behind its reader's back changes nothing: the copy is used") {
  const LeftWindow window;
  behind_each_read = [&](const Read& read) {
    if (read.offset == 0) window.wipe(0, sizeof(HeaderFields));
  };

  auto consumer = demo::ImuConsumer::try_open(window.opening());

  REQUIRE(consumer);
  CHECK(consumer->take().reason() == sluice::Reason::empty);
}

TEST_CASE("a descriptor that changes behind its reader's back changes nothing: the copy is compared") {
  const LeftWindow window(kOtherFingerprint);
  const std::uint64_t begin = window.geometry().descriptor_offset;
  behind_each_read = [&](const Read& read) {
    if (read.offset == begin) window.wipe(begin, begin + window.geometry().descriptor_bytes);
  };

  CHECK(demo::ImuConsumer::try_open(window.opening()));
}
