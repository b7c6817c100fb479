// The shared-memory file behind a channel instance: making it whole before it has a name, opening it with
// every doubt checked, mapping it, and taking its name away. The one place that maps memory.
// Must hold: nobody ever sees a half-made window; what is read from a foreign file is copied, checked, used.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <sluice/channel_info.hpp>
#include <sluice/detail/shared_words.hpp>
#include <sluice/detail/window_state.hpp>
#include <sluice/error.hpp>
#include <sluice/stats.hpp>

#include "channel_name.hpp"
#include "file_descriptor.hpp"
#include "fork_guard.hpp"
#include "geometry.hpp"
#include "people.hpp"
#include "role_lock.hpp"

namespace sluice::detail {

inline constexpr std::uint64_t kMagic = 0x0A0D'6563'6975'6C73;  // "sluice\r\n"
inline constexpr std::uint32_t kWindowFormat = 1;

/// The fixed fields of a window's header: written before the window has a name, never changed.
struct HeaderFields {
  std::uint64_t magic = kMagic;
  std::uint32_t format = kWindowFormat;
  std::uint32_t lanes = 1;
  std::uint64_t fingerprint = 0;
  Geometry geometry;
};

struct WindowHeader {
  HeaderFields fields;
  alignas(kLineBytes) HalfWord state;  // the one word that both roles write, under the set-up lock
};
static_assert(std::is_trivially_copyable_v<HeaderFields> && sizeof(HeaderFields) == 104);
static_assert(sizeof(WindowHeader) <= kHeaderBytes);

/// When the pages of a mapping are brought in.
enum class Populate { at_once, as_huge_pages };

/// A mapped window. In a forked child it turns into private zeroes, so that a handle carried along reads nothing.
class Mapping {
 public:
  /// Maps all of `fd`. Null, with errno set, where that fails.
  static std::shared_ptr<Mapping> map(int fd, const Geometry& geometry, Order order,
                                      Populate populate = Populate::at_once);
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping();

  std::byte* base() const noexcept { return base_; }
  const Geometry& geometry() const noexcept { return geometry_; }
  LaneView lane() const noexcept { return lane_view(geometry_, order_, base_); }
  WindowHeader& header() const noexcept { return *reinterpret_cast<WindowHeader*>(base_); }
  const HalfWord& state_word() const noexcept;
  State state() const noexcept { return state_in<LiveMemory>(state_word()); }

  /// Leaves `role` only its own part to write: a wild pointer cannot hurt the other side. Order latest: the producer
  /// may write the consumer's part too, since `shared_claim` lies there.
  bool protect_from(Role role) noexcept;
  bool lock_memory() noexcept;

 private:
  Mapping(const Geometry& geometry, Order order) noexcept;
  int map_file(int fd, Populate populate) noexcept;
  void replace_by_zeroes() noexcept;

  ForkHook hook_;
  std::byte* base_ = nullptr;
  Geometry geometry_;
  Order order_;
};

/// An open window whose header has been copied and checked.
struct OpenWindow {
  std::string path;
  FileDescriptor file;
  HeaderFields header;
  Inode inode;
  uid_t owner = 0;

  State state() const noexcept;
  /// The words as they are now, for messages to people and checks before mapping.
  template <class T>
  std::optional<T> read(std::uint64_t offset) const noexcept {
    T value{};
    if (!read_bytes(offset, &value, sizeof value)) return std::nullopt;
    return value;
  }
  bool read_bytes(std::uint64_t offset, void* to, std::size_t bytes) const noexcept;
  std::vector<std::uint8_t> descriptor() const;
  /// Who holds or last held the role.
  Peer peer(Role role) const noexcept;
};

/// A name that stands in where the system has no nameless files; gone unless it was given up.
class HiddenName {
 public:
  HiddenName() = default;
  explicit HiddenName(std::string path) : path_(std::move(path)) {}
  HiddenName(HiddenName&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  HiddenName& operator=(HiddenName other) noexcept {
    path_.swap(other.path_);
    return *this;
  }
  ~HiddenName();

  const std::string& path() const noexcept { return path_; }
  void give_up() noexcept { path_.clear(); }

 private:
  std::string path_;
};

/// A complete window that has no name yet, with the producer's role taken on it.
struct NewWindow {
  FileDescriptor file;
  std::shared_ptr<Mapping> mapping;
  std::unique_ptr<RoleLock> lock;
  HiddenName hidden;
};

/// How a window is made: permission bits, group, pages.
struct Access {
  unsigned mode = 0600;
  std::optional<gid_t> group{};
  bool huge_pages = false;
};
std::optional<Error> give_access(const ChannelName& name, int fd, const Access& access);

/// What is wrong with a header of this format, copied from a file of `file_bytes`; empty if nothing is.
std::string contradiction_in(const HeaderFields& header, std::uint64_t file_bytes);

/// Opens what stands under the channel's own or shared name. Nothing there: an empty optional.
Result<std::optional<OpenWindow>> open_window(const ChannelName& name, NameKind kind);

enum class FileKind { named_later, in_process };
enum class NamelessFiles { try_first, unavailable };  // some file systems have none: then a hidden name stands in

/// Makes a window with all slots the producer's, each a valid message.
Result<NewWindow> make_window(const ChannelName& name, const ChannelInfo& info, Construct construct,
                              const Access& access, FileKind kind, NamelessFiles nameless = NamelessFiles::try_first);

enum class Naming { done, name_exists };
/// Gives a new window its name: from here on others can open it.
Result<Naming> publish_window(const ChannelName& name, NewWindow& window, const std::string& path);

/// Whether `path` still names that file.
bool name_is(const std::string& path, Inode inode) noexcept;
/// Stores the state through the locks' open file. Only under the set-up lock.
void store_state(const RoleLock& lock, State state) noexcept;

}  // namespace sluice::detail
