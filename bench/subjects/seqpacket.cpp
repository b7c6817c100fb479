// A Unix socket that keeps messages apart (SOCK_SEQPACKET), its send buffer as large as 64 messages where allowed.
#include <sys/socket.h>
#include <sys/un.h>

#include "../cases.hpp"
#include "../file_descriptor.hpp"
#include "../outbox.hpp"
#include "../subjects.hpp"

namespace bench {

namespace {

FileDescriptor make_socket() {
  FileDescriptor made(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!made) refuse("socket");
  return made;
}

sockaddr_un address_of(const Link& link) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (link.path().size() >= sizeof address.sun_path) throw Refused("the socket's path is too long");
  link.path().copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

struct Seqpacket {
  static constexpr Traits traits{.sleeps = true};
  static std::size_t arena_bytes(std::size_t) { return 0; }

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) : file_(make_socket()) {
      const int room = static_cast<int>(std::min<std::size_t>(64 * (Bytes + 1024), 1 << 28));
      if (setsockopt(file_.get(), SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) != 0) {
        setsockopt(file_.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);  // up to net.core.wmem_max
      }
      const sockaddr_un address = address_of(link);
      until("the receiver's socket",
            [&] { return connect(file_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0; });
    }
    template <class Fill>
    bool try_send(Fill&& fill) {
      if (::send(file_.get(), out_.filled_by(fill).words, Bytes, MSG_NOSIGNAL) < 0 && would_wait("send")) return false;
      out_.done();
      return true;
    }

   private:
    FileDescriptor file_;
    Outbox<Bytes> out_;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link) {
      const FileDescriptor listening = make_socket();
      const sockaddr_un address = address_of(link);
      if (bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) refuse("bind");
      if (listen(listening.get(), 1) != 0) refuse("listen");
      until("the sender to connect", [&] {
        file_ = FileDescriptor(accept4(listening.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        return static_cast<bool>(file_);
      });
    }
    template <class Read>
    bool try_receive(Read&& read) {
      const ssize_t got = recv(file_.get(), content_->words, Bytes, 0);
      if (got == 0 || (got < 0 && would_wait("recv"))) return false;
      if (static_cast<std::size_t>(got) != Bytes) throw Refused("a message was cut short");
      read(content_->words);
      return true;
    }
    template <class Read>
    bool receive_for(Read&& read, std::chrono::milliseconds timeout) {
      return try_receive(read) || (sleep_until_readable(file_.get(), timeout) && try_receive(read));
    }

   private:
    FileDescriptor file_;
    std::unique_ptr<Content<Bytes>> content_ = std::make_unique<Content<Bytes>>();
  };
};

}  // namespace

std::vector<Subject> seqpacket_subjects() {
  return {describe_all_sizes<Seqpacket>("seqpacket", "Unix socket, SEQPACKET", "queue")};
}

}  // namespace bench
