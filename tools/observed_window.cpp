#include "observed_window.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <sluice/detail/index_stack.hpp>

#include "descriptor_lookup.hpp"
#include "people.hpp"
#include "verify_descriptor.hpp"
#include "window.hpp"

namespace sluice::tools {

namespace {

using detail::FileDescriptor;
using detail::HeaderFields;
using detail::LiveMemory;

constexpr std::int64_t kBlockBytes = 512;  // of st_blocks, whatever the file system's own are

NotObserved foreign(std::string why) { return {Obstacle::foreign, std::move(why)}; }
NotObserved damaged(std::string why) { return {Obstacle::damaged, std::move(why)}; }

const char* what_it_is(mode_t mode) {
  if (S_ISLNK(mode)) return "it is a symbolic link";
  if (S_ISDIR(mode)) return "it is a folder";
  if (S_ISFIFO(mode)) return "it is a pipe";
  if (S_ISSOCK(mode)) return "it is a socket";
  return "it is a device";
}

NotObserved not_opened(int error) {
  if (error == ENOENT) return {Obstacle::gone, "it is gone"};
  if (error == EACCES || error == EPERM) return {Obstacle::unreadable, "this user may not read it"};
  return {Obstacle::unreadable, std::string("it cannot be opened: ") + std::strerror(error)};
}

bool read_all(int fd, std::uint64_t offset, void* to, std::size_t bytes) {
  return pread(fd, to, bytes, static_cast<off_t>(offset)) == static_cast<ssize_t>(bytes);
}

// A pipe or a device is not even opened: that alone may wake somebody.
FileDescriptor open_file(const WindowFile& file) {
  const FileDescriptor place(::open(file.path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat seen {};
  if (!place || fstat(place.get(), &seen) != 0) return {};
  if (!S_ISREG(seen.st_mode) || !(detail::Inode{seen.st_dev, seen.st_ino} == file.inode)) {
    errno = ENOENT;  // another one by now
    return {};
  }
  return FileDescriptor(::open(detail::path_of(place.get()).c_str(), O_RDONLY | O_CLOEXEC));
}

std::optional<NotObserved> check_header(const HeaderFields& header, std::uint64_t file_bytes) {
  if (header.magic != detail::kMagic) return foreign("it does not begin as a Sluice window does");
  if (header.format != detail::kWindowFormat) {
    return NotObserved{Obstacle::other_format, "it is of window format " + std::to_string(header.format) +
                                                   ", this command reads format " +
                                                   std::to_string(detail::kWindowFormat)};
  }
  if (std::string why = detail::contradiction_in(header, file_bytes); !why.empty()) return damaged(std::move(why));
  return std::nullopt;
}

std::optional<NotObserved> check_channel(const descriptor::Channel& channel, const HeaderFields& header) {
  if (channel.order() > descriptor::Order::latest) return damaged("its descriptor names no order");
  if (channel.capacity() != header.geometry.capacity) return damaged("its descriptor gives another capacity");
  if (channel.fingerprint() != header.fingerprint) return damaged("its descriptor gives another fingerprint");
  if (channel.message()->fields_end() > header.geometry.message_bytes) {
    return damaged("its fields end outside its messages");
  }
  return std::nullopt;
}

// "demo.imu.left" of channel "demo.imu" -> "left".
std::optional<std::string> instance_in(const std::string& dotted, const std::string& channel) {
  if (dotted == channel) return "";
  if (dotted.compare(0, channel.size() + 1, channel + ".") != 0) return std::nullopt;
  std::string instance = dotted.substr(channel.size() + 1);
  return detail::is_valid_part(instance) ? std::optional(std::move(instance)) : std::nullopt;
}

}  // namespace

ObservedWindow::ObservedWindow(WindowFile file, FileDescriptor opened, GuardedMapping mapping)
    : file_(std::move(file)), opened_(std::move(opened)), mapping_(std::move(mapping)) {}

std::variant<ObservedWindow, NotObserved> ObservedWindow::look(const WindowFile& file) {
  if (!S_ISREG(file.mode)) return foreign(what_it_is(file.mode));
  FileDescriptor opened = open_file(file);
  if (!opened) return not_opened(errno);
  if (file.dotted.empty()) return foreign("its name is no channel's");
  struct stat now {};
  if (fstat(opened.get(), &now) != 0 || now.st_size == 0) return foreign("it is empty");
  HeaderFields header;
  if (!read_all(opened.get(), 0, &header, sizeof header)) return foreign("it is too short");
  if (auto fault = check_header(header, static_cast<std::uint64_t>(now.st_size))) return *fault;
  if (now.st_blocks * kBlockBytes < now.st_size) return damaged("it has holes");

  std::vector<std::uint8_t> bytes(header.geometry.descriptor_bytes);
  if (!read_all(opened.get(), header.geometry.descriptor_offset, bytes.data(), bytes.size())) {
    return damaged("it was cut short");
  }
  const descriptor::Channel* const channel = detail::verify_descriptor(bytes.data(), bytes.size());
  if (channel == nullptr) return damaged("its descriptor is not valid");
  if (auto fault = check_channel(*channel, header)) return *fault;
  auto instance = instance_in(file.dotted, channel->name()->str());
  if (!instance) return foreign("it holds channel '" + channel->name()->str() + "'");

  auto mapping = GuardedMapping::map(opened.get(), header.geometry.total_bytes);
  if (!mapping) return NotObserved{Obstacle::unreadable, std::string("it cannot be mapped: ") + std::strerror(errno)};
  ObservedWindow window(file, std::move(opened), std::move(*mapping));
  window.descriptor_ = std::move(bytes);
  window.channel_ = channel;
  window.instance_ = std::move(*instance);
  window.geometry_ = header.geometry;
  window.fingerprint_ = header.fingerprint;
  window.order_ = static_cast<Order>(channel->order());
  window.lane_ = detail::lane_view(window.geometry_, window.order_, window.mapping_.base());
  return window;
}

std::string ObservedWindow::name() const {
  const std::string channel = channel_->name()->str();
  return instance_.empty() ? channel : channel + "/" + instance_;
}

detail::State ObservedWindow::state() const noexcept {
  const auto* const header = reinterpret_cast<const detail::WindowHeader*>(mapping_.base());
  return detail::state_in<LiveMemory>(header->state);
}

std::uint64_t ObservedWindow::published() const noexcept {
  // [O2] acquire, pairs with [J14]: whatever has a number up to this one has been published.
  return LiveMemory::load(lane_.producer.words->published, std::memory_order_acquire);
}

Stats ObservedWindow::counters() const noexcept { return detail::stats_of(lane_); }

Takes ObservedWindow::takes() const noexcept {
  const detail::ConsumerWords& words = *lane_.consumer.words;
  // [O7] relaxed: the slot's number decides whether the message can be had, and a look that is late makes a bound
  // wider.
  const std::uint64_t taken = LiveMemory::load(words.taken, std::memory_order_relaxed);
  // [O7] relaxed, as above.
  return {LiveMemory::load(words.delivered, std::memory_order_relaxed), taken};
}

Participant ObservedWindow::participant(detail::Role role) const noexcept {
  const Peer peer = detail::signed_by(lane_, role);
  return {peer.pid, peer.version, detail::is_held(opened_.get(), role)};
}

bool ObservedWindow::is_kept() const noexcept { return detail::is_kept(lane_); }

bool ObservedWindow::is_current() const noexcept { return detail::name_is(file_.path, file_.inode); }

std::unique_ptr<detail::RoleLock> ObservedWindow::open_locks() const {
  return detail::RoleLock::open(detail::path_of(opened_.get()).c_str());
}

Copy ObservedWindow::copy_slot(std::uint32_t slot, std::vector<std::uint8_t>& bytes, const Part& part) const {
  if (slot >= geometry_.capacity || part.begin >= geometry_.message_bytes) return {};
  const auto* const words = reinterpret_cast<const detail::Word*>(lane_.slots.base + slot * lane_.slots.stride_bytes);
  constexpr std::size_t at_number = 1;  // byte 8
  // [O1] acquire, pairs with [J10]: the payload that belongs to the number is complete.
  const std::uint64_t number = LiveMemory::load(words[at_number], std::memory_order_acquire);
  if (number == 0 || number > published()) return {};
  bytes.resize(std::min(part.bytes, geometry_.message_bytes - part.begin));
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {  // a stride is whole words
    // [O3] relaxed: what it sees of a later message is found out by [O4].
    const std::uint64_t word = LiveMemory::load(words[(part.begin + at) / sizeof word], std::memory_order_relaxed);
    std::memcpy(bytes.data() + at, &word, std::min(sizeof word, bytes.size() - at));
  }
  detail::acquire_fence();
  // [O4] relaxed, behind an acquire fence, pairs with [J9]: a copy that saw new payload finds the number gone.
  if (LiveMemory::load(words[at_number], std::memory_order_relaxed) != number) return {Copied::missed, number};
  return {Copied::whole, number};
}

Copy ObservedWindow::copy_message(std::uint64_t number, std::vector<std::uint8_t>& bytes, const Part& part) const {
  if (number == 0 || number > published()) return {Copied::not_there, number};
  const std::uint64_t links = detail::link_count(geometry_.capacity);
  const std::uint64_t place = detail::link_place(detail::tag_of(number), links);
  // [O5] relaxed, pairs with [S4]: a guess, since it may be overwritten; the slot's number decides.
  const std::uint32_t slot = LiveMemory::load(lane_.producer.links[place], std::memory_order_relaxed);
  const Copy copy = copy_slot(slot, bytes, part);
  if (copy.number == number) return copy;
  return {Copied::missed, number};
}

Copy ObservedWindow::copy_newest(std::vector<std::uint8_t>& bytes, const Part& part) const {
  constexpr int attempts = 16;
  Copy copy;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    copy = copy_message(published(), bytes, part);
    if (copy.outcome != Copied::missed) break;
  }
  return copy;
}

}  // namespace sluice::tools
