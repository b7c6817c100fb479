// A pipe with a name, as large as the kernel allows (1 MiB unless set otherwise): 64 messages where they fit.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "../cases.hpp"
#include "../file_descriptor.hpp"
#include "../outbox.hpp"
#include "../subjects.hpp"

namespace bench {

namespace {

struct Pipe {
  static constexpr Traits traits{.sleeps = true};
  static std::size_t arena_bytes(std::size_t) { return 0; }

  static FileDescriptor open_end(const Link& link, int flags) {
    if (mkfifo(link.path().c_str(), 0600) != 0 && errno != EEXIST) refuse("mkfifo");
    FileDescriptor file;
    until("the other end of a pipe", [&] {
      file = FileDescriptor(open(link.path().c_str(), flags | O_NONBLOCK | O_CLOEXEC));
      return static_cast<bool>(file);
    });
    return file;
  }

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) : file_(open_end(link, O_WRONLY)) {
      const std::size_t size = std::clamp<std::size_t>(64 * Bytes, 65536, 1048576);
      fcntl(file_.get(), F_SETPIPE_SZ, static_cast<int>(size));  // where it is refused, 64 KiB remain
    }
    template <class Fill>
    bool try_send(Fill&& fill) {
      const auto* const bytes = reinterpret_cast<const char*>(out_.filled_by(fill).words);
      while (at_ < Bytes) {
        const ssize_t written = write(file_.get(), bytes + at_, Bytes - at_);
        if (written < 0 && would_wait("write")) return false;
        at_ += static_cast<std::size_t>(written);
      }
      at_ = 0;
      out_.done();
      return true;
    }

   private:
    FileDescriptor file_;
    Outbox<Bytes> out_;
    std::size_t at_ = 0;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link) : file_(open_end(link, O_RDONLY)) {}
    template <class Read>
    bool try_receive(Read&& use) {
      auto* const bytes = reinterpret_cast<char*>(content_->words);
      while (at_ < Bytes) {
        const ssize_t got = read(file_.get(), bytes + at_, Bytes - at_);
        if (got == 0 || (got < 0 && would_wait("read"))) return false;  // 0: the sender is not there yet, or has left
        at_ += static_cast<std::size_t>(got);
      }
      at_ = 0;
      use(content_->words);
      return true;
    }
    template <class Read>
    bool receive_for(Read&& use, std::chrono::milliseconds timeout) {
      while (!try_receive(use)) {
        if (!sleep_until_readable(file_.get(), timeout)) return false;
      }
      return true;
    }

   private:
    FileDescriptor file_;
    std::unique_ptr<Content<Bytes>> content_ = std::make_unique<Content<Bytes>>();
    std::size_t at_ = 0;
  };
};

}  // namespace

std::vector<Subject> pipe_subjects() { return {describe_all_sizes<Pipe>("pipe", "pipe", "queue")}; }

}  // namespace bench
