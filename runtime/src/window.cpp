#include "window.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "errors.hpp"
#include "new_lane.hpp"

namespace sluice::detail {

namespace {

bool is_in_our_groups(gid_t group) {
  if (group == getegid()) return true;
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, getgroups(0, nullptr))));
  const int count = getgroups(static_cast<int>(groups.size()), groups.data());
  return count > 0 && std::find(groups.begin(), groups.begin() + count, group) != groups.begin() + count;
}

// A name with a user in it is that user's alone. A shared one may be anybody's who is in its group with us: only a
// member can give a file to a group, so a group of ours vouches for the owner.
bool is_trusted(const struct stat& file, NameKind kind) {
  if (file.st_uid == geteuid() || file.st_uid == 0) return true;
  return kind == NameKind::shared && (file.st_mode & 0060) == 0060 && is_in_our_groups(file.st_gid);
}

const char* kind_of(mode_t mode) noexcept {
  if (S_ISDIR(mode)) return "it is a folder";
  if (S_ISFIFO(mode)) return "it is a pipe";
  return "it is no regular file";
}

Error open_failed(const ChannelName& name, const std::string& path, int error) {
  if (error == EACCES || error == EPERM) return permission_denied(name, path, "open");
  if (error == ELOOP) return foreign_object(name, path, "it is a symbolic link");
  if (error == EISDIR) return foreign_object(name, path, "it is a folder");
  if (error == ENXIO) return foreign_object(name, path, "it is no regular file");
  return system_error(name, "open " + path, error);
}

std::optional<Error> check_header(const ChannelName& name, const OpenWindow& window, std::uint64_t file_bytes) {
  const HeaderFields& header = window.header;
  if (header.magic != kMagic) return foreign_object(name, window.path, "it does not begin as a Sluice window does");
  if (header.format != kWindowFormat) return other_format(name, window.path, header.format, kWindowFormat);
  if (const std::string why = contradiction_in(header, file_bytes); !why.empty()) {
    return damaged_window(name, window.path, why);
  }
  return std::nullopt;
}

Result<FileDescriptor> make_hidden_file(const ChannelName& name, HiddenName& hidden) {
  constexpr int tries = 1000;  // a killed process of the same number may have left some behind
  static std::atomic<unsigned> serial{0};
  for (int left = tries; left > 0; --left) {
    const std::string path =
        std::string(kSharedMemoryFolder) + "/.sluice." + std::to_string(getpid()) + "." + std::to_string(serial++);
    FileDescriptor file(::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file && errno == EEXIST) continue;
    if (!file) return open_failed(name, path, errno);
    hidden = HiddenName(path);
    return file;
  }
  return system_error(name, std::string("create a hidden file in ") + kSharedMemoryFolder, EEXIST);
}

Result<FileDescriptor> make_file(const ChannelName& name, FileKind kind, NamelessFiles nameless, HiddenName& hidden) {
  if (kind == FileKind::in_process) {
    FileDescriptor file(memfd_create("sluice", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file) return system_error(name, "memfd_create", errno);
    return file;
  }
  if (nameless == NamelessFiles::try_first) {
    FileDescriptor file(::open(kSharedMemoryFolder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (file) return file;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) {
      const int error = errno;
      if (error == EACCES || error == EPERM) return permission_denied(name, kSharedMemoryFolder, "create a file in");
      return system_error(name, std::string("open ") + kSharedMemoryFolder, error);
    }
  }
  return make_hidden_file(name, hidden);
}

std::optional<Error> allocate(const ChannelName& name, int fd, const Geometry& geometry) {
  // Without this a full /dev/shm would show as SIGBUS at the first touch of a page.
  // Signals wait: some kernels undo the whole call for one, and a timer would make it start over for ever.
  sigset_t all_signals;
  sigset_t before;
  sigfillset(&all_signals);
  pthread_sigmask(SIG_SETMASK, &all_signals, &before);
  const int error = posix_fallocate(fd, 0, static_cast<off_t>(geometry.total_bytes));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error == 0) return std::nullopt;
  if (error != ENOSPC && error != EFBIG && error != ENOMEM) return system_error(name, "posix_fallocate", error);
  if (ftruncate(fd, 0) != 0) { /* what was allocated so far goes with the file anyway */
  }
  struct statvfs system {};
  const bool known = fstatvfs(fd, &system) == 0;
  const std::uint64_t free_bytes = known ? std::uint64_t{system.f_bavail} * system.f_frsize : 0;
  return shared_memory_full(name, geometry.total_bytes, free_bytes, geometry.capacity, geometry.stride_bytes);
}

// As MAP_POPULATE would, which comes before the mapping can ask for huge pages. No page is smaller than 4096 bytes.
void touch_pages(const volatile std::byte* base, std::uint64_t bytes) noexcept {
  for (std::uint64_t at = 0; at < bytes; at += 4096) static_cast<void>(base[at]);
}

void initialise(const Mapping& mapping, const ChannelInfo& info, Construct construct) {
  const Geometry& geometry = mapping.geometry();
  auto* const header = new (mapping.base()) WindowHeader;
  header->fields.fingerprint = info.fingerprint;
  header->fields.geometry = geometry;
  std::memcpy(mapping.base() + geometry.descriptor_offset, info.descriptor.data, info.descriptor.size);

  const LaneView lane = mapping.lane();
  make_new_lane<LiveMemory>(lane);
  for (std::uint32_t at = 0; at < lane.slots.capacity; ++at) construct(lane.slots.base + at * lane.slots.stride_bytes);
  // [W1] relaxed: nobody can see the window before linkat() gives it a name.
  LiveMemory::store(header->state, static_cast<std::uint32_t>(State::open), std::memory_order_relaxed);
}

}  // namespace

HiddenName::~HiddenName() {
  if (!path_.empty()) unlink(path_.c_str());
}

Mapping::Mapping(const Geometry& geometry, Order order) noexcept
    : hook_([](void* self) noexcept { static_cast<Mapping*>(self)->replace_by_zeroes(); }, this),
      geometry_(geometry),
      order_(order) {}

std::shared_ptr<Mapping> Mapping::map(int fd, const Geometry& geometry, Order order, Populate populate) {
  std::shared_ptr<Mapping> mapping(new Mapping(geometry, order));
  const int error = mapping->map_file(fd, populate);
  if (error == 0) return mapping;
  mapping.reset();
  errno = error;
  return nullptr;
}

int Mapping::map_file(int fd, Populate populate) noexcept {
  const ForkPause pause;
  const bool huge = populate == Populate::as_huge_pages;
  void* const base =
      mmap(nullptr, geometry_.total_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | (huge ? 0 : MAP_POPULATE), fd, 0);
  if (base == MAP_FAILED) return errno;
  madvise(base, geometry_.total_bytes, MADV_DONTFORK);
  madvise(base, geometry_.total_bytes, MADV_DONTDUMP);  // a core dump keeps the role locks until it is written
  if (huge) {  // a page that is there already stays small; where memory runs out, allocate() says so
    madvise(base, geometry_.total_bytes, MADV_HUGEPAGE);
    touch_pages(static_cast<const volatile std::byte*>(base), geometry_.total_bytes);
  }
  base_ = static_cast<std::byte*>(base);
  hook_.enlist(pause);
  return 0;
}

Mapping::~Mapping() {
  if (base_ == nullptr) return;
  const ForkPause pause;  // a child made between the two would put zeroes over whoever has the addresses next
  hook_.delist(pause);
  munmap(base_, geometry_.total_bytes);
}

void Mapping::replace_by_zeroes() noexcept {
  mmap(base_, geometry_.total_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
       -1, 0);
}

const HalfWord& Mapping::state_word() const noexcept { return header().state; }

bool Mapping::protect_from(Role role) noexcept {
  const std::uint64_t own = geometry_.consumer_offset;
  const std::uint64_t own_end = geometry_.slots_offset;
  if (role == Role::producer && order_ == Order::latest) return true;
  if (role == Role::producer) return mprotect(base_ + own, own_end - own, PROT_READ) == 0;
  return mprotect(base_, own, PROT_READ) == 0 &&
         mprotect(base_ + own_end, geometry_.total_bytes - own_end, PROT_READ) == 0;
}

bool Mapping::lock_memory() noexcept { return mlock(base_, geometry_.total_bytes) == 0; }

bool OpenWindow::read_bytes(std::uint64_t offset, void* to, std::size_t bytes) const noexcept {
  return pread(file.get(), to, bytes, static_cast<off_t>(offset)) == static_cast<ssize_t>(bytes);
}

State OpenWindow::state() const noexcept {
  return static_cast<State>(
      read<std::uint32_t>(offsetof(WindowHeader, state)).value_or(static_cast<std::uint32_t>(State::retired)));
}

std::vector<std::uint8_t> OpenWindow::descriptor() const {
  std::vector<std::uint8_t> bytes(header.geometry.descriptor_bytes);
  if (!read_bytes(header.geometry.descriptor_offset, bytes.data(), bytes.size())) bytes.clear();
  return bytes;
}

Peer OpenWindow::peer(Role role) const noexcept {
  const bool producer = role == Role::producer;
  const std::uint64_t words = producer ? header.geometry.producer_offset : header.geometry.consumer_offset;
  const auto pid =
      read<std::uint32_t>(words + (producer ? offsetof(ProducerWords, pid) : offsetof(ConsumerWords, pid)));
  const auto version =
      read<std::uint32_t>(words + (producer ? offsetof(ProducerWords, version) : offsetof(ConsumerWords, version)));
  return peer_of(pid.value_or(0), version.value_or(0));
}

std::string contradiction_in(const HeaderFields& header, std::uint64_t file_bytes) {
  const Geometry& said = header.geometry;
  const auto made = lay_out_window(said.capacity, said.message_bytes, said.descriptor_bytes, said.page_bytes);
  if (header.lanes != 1 || !made || !(*made == said)) return "its header contradicts itself";
  if (said.page_bytes != static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE))) {
    return "it was made with pages of another size";
  }
  if (file_bytes != said.total_bytes) {
    return "it has " + with_commas(file_bytes) + " bytes, its header says " + with_commas(said.total_bytes);
  }
  return "";
}

Result<std::optional<OpenWindow>> open_window(const ChannelName& name, NameKind kind) {
  const std::string path = name.path(kind);
  OpenWindow window;
  window.path = path;
  window.file = FileDescriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!window.file) {
    if (errno == ENOENT) return std::optional<OpenWindow>();
    return open_failed(name, path, errno);
  }
  struct stat file {};
  if (fstat(window.file.get(), &file) != 0) return system_error(name, "fstat " + path, errno);
  if (!S_ISREG(file.st_mode)) return foreign_object(name, path, kind_of(file.st_mode));
  if ((file.st_mode & 0002) != 0) return world_writable(name, path);
  if (!is_trusted(file, kind)) return untrusted_owner(name, path, file.st_uid, kind);
  if (file.st_size == 0) return foreign_object(name, path, "it is empty");
  if (!window.read_bytes(0, &window.header, sizeof window.header)) return foreign_object(name, path, "it is too short");
  if (auto error = check_header(name, window, static_cast<std::uint64_t>(file.st_size))) return *error;
  constexpr std::int64_t block_bytes = 512;  // of st_blocks, whatever the file system's own are
  if (file.st_blocks * block_bytes < file.st_size) return damaged_window(name, path, "it has holes");
  window.inode = {file.st_dev, file.st_ino};
  window.owner = file.st_uid;
  return std::optional<OpenWindow>(std::move(window));
}

Result<NewWindow> make_window(const ChannelName& name, const ChannelInfo& info, Construct construct,
                              const Access& access, FileKind kind, NamelessFiles nameless) {
  const auto geometry = lay_out_window(info.capacity, info.message_bytes, info.descriptor.size,
                                       static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
  if (!geometry) return broken_program(name, "has counts or sizes out of range");
  NewWindow made;
  auto file = make_file(name, kind, nameless, made.hidden);
  if (!file) return file.error();
  made.file = std::move(*file);
  const int fd = made.file.get();
  if (auto error = give_access(name, fd, access)) return *error;
  made.lock = RoleLock::open(path_of(fd).c_str());
  if (!made.lock) return system_error(name, "open " + path_of(fd), errno);
  if (!made.lock->try_take(Role::producer)) return system_error(name, "fcntl F_OFD_SETLK", errno);
  if (access.huge_pages && ftruncate(fd, static_cast<off_t>(geometry->total_bytes)) == 0) {
    made.mapping = Mapping::map(fd, *geometry, info.order, Populate::as_huge_pages);
  }
  if (auto error = allocate(name, fd, *geometry)) return *error;
  if (!made.mapping) made.mapping = Mapping::map(fd, *geometry, info.order);
  if (!made.mapping) return system_error(name, "mmap", errno);
  initialise(*made.mapping, info, construct);
  // Nobody can truncate it from here on. Files that have a name cannot be sealed.
  if (kind == FileKind::in_process && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return system_error(name, "fcntl F_ADD_SEALS", errno);
  }
  return made;
}

Result<Naming> publish_window(const ChannelName& name, NewWindow& window, const std::string& path) {
  const bool nameless = window.hidden.path().empty();
  const std::string from = nameless ? path_of(window.file.get()) : window.hidden.path();
  const long failed = nameless
                          ? linkat(AT_FDCWD, from.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW)
                          : syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE);
  if (failed == 0) {
    window.hidden.give_up();
    return Naming::done;
  }
  if (errno == EEXIST) return Naming::name_exists;
  return system_error(name, "linkat " + path, errno);
}

std::optional<Error> give_access(const ChannelName& name, int fd, const Access& access) {
  if (access.group && fchown(fd, static_cast<uid_t>(-1), *access.group) != 0) {
    return errno == EPERM ? not_in_group(name, *access.group) : system_error(name, "fchown to the group", errno);
  }
  // Not by open()'s mode, which the umask cuts.
  if (fchmod(fd, access.mode) != 0) return system_error(name, "fchmod", errno);
  return std::nullopt;
}

bool name_is(const std::string& path, Inode inode) noexcept {
  struct stat file {};
  return lstat(path.c_str(), &file) == 0 && Inode{file.st_dev, file.st_ino} == inode;
}

void store_state(const RoleLock& lock, State state) noexcept {
  // [W3] pairs with [W2]: a system call, since the consumer maps this word read-only; the kernel stores it whole,
  // after all that this thread has stored before.
  const auto value = static_cast<std::uint32_t>(state);
  std::atomic_thread_fence(std::memory_order_release);
  if (pwrite(lock.fd(), &value, sizeof value, offsetof(WindowHeader, state)) != sizeof value) { /* tmpfs: in memory */
  }
}

}  // namespace sluice::detail
