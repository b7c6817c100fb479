// Attaching to whatever stands under a channel's name: header, descriptor, words and first message are the input's.
// Promised: both roles open it or say in a sentence why not, soon; what they read of a message lies within the window.
//
// An input: u8 which channel, u8 flags, u8 state, u8 mark; then the header: 104 bytes as they are, or, of a header that
// is whole in itself, u8 capacity and u16 message_bytes (0: the channel's own), and what is changed in it; then the
// descriptor.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <fuzz/probe.channel.hpp>
#include <tests/track.channel.hpp>

#include "input.hpp"
#include "new_lane.hpp"
#include "probe_reader.hpp"
#include "target.hpp"
#include "window.hpp"

namespace sluice::fuzz {

namespace {

using namespace sluice::detail;

constexpr std::uint64_t kMostFileBytes = std::uint64_t{1} << 20;

struct Flags {
  bool raw_header;
  bool own_fingerprint;
  bool own_descriptor;
  bool has_message;
  bool changed_header;  // whole, but for some of its numbers
  explicit Flags(std::uint8_t bits)
      : raw_header((bits & 1) != 0),
        own_fingerprint((bits & 2) != 0),
        own_descriptor((bits & 4) != 0),
        has_message((bits & 8) != 0),
        changed_header((bits & 16) != 0) {}
};

std::string instance() {
  static const std::string name = "fuzz" + std::to_string(getpid());
  return name;
}

/// The bytes of a window as somebody else may have made it.
class Forgery {
 public:
  Forgery(const ChannelInfo& info, Input& input) : info_(info) {
    const Flags flags(input.next<std::uint8_t>());
    const auto state = input.next<std::uint8_t>();
    const auto mark = input.next<std::uint8_t>();
    HeaderFields header;
    if (flags.raw_header) {
      input.copy(&header, sizeof header);
    } else {
      header.geometry.capacity = 1 + input.below(64);
      const auto message_bytes = input.next<std::uint16_t>();
      header.geometry.message_bytes = message_bytes != 0 ? message_bytes : info.message_bytes;
    }
    std::vector<Change> changes(flags.changed_header ? 1 + input.below(3) : 0);
    for (Change& change : changes)
      change = {input.next<std::uint8_t>(), input.next<std::uint8_t>(), input.next<std::uint64_t>()};
    std::vector<std::uint8_t> descriptor(info.descriptor.data, info.descriptor.data + info.descriptor.size);
    if (!flags.own_descriptor) {
      descriptor.resize(input.left());
      input.copy(descriptor.data(), descriptor.size());
    }
    if (!flags.raw_header) make_whole(header, descriptor.size());
    header.fingerprint = flags.own_fingerprint ? info.fingerprint : header.fingerprint;
    write(header, descriptor, state);
    if (!flags.raw_header && bytes_.size() == header.geometry.total_bytes) {
      write_lane(header.geometry, mark, flags.has_message);
    }
    for (const Change& change : changes) apply(change, header.geometry);
    put(0, &header, sizeof header);
  }

  const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  struct Change {
    std::uint8_t number = 0;  // of the geometry's
    std::uint8_t how = 0;
    std::uint64_t by = 0;
  };

  static void apply(const Change& change, Geometry& geometry) {
    std::uint64_t* const numbers[] = {
        &geometry.total_bytes,     &geometry.page_bytes,       &geometry.capacity,          &geometry.stride_bytes,
        &geometry.message_bytes,   &geometry.descriptor_bytes, &geometry.descriptor_offset, &geometry.producer_offset,
        &geometry.consumer_offset, &geometry.slots_offset};
    std::uint64_t& number = *numbers[change.number % (sizeof numbers / sizeof numbers[0])];
    constexpr std::uint64_t page_bytes = 4096;
    if (change.how % 3 == 0) number = change.by;
    if (change.how % 3 == 1) number += change.by;
    if (change.how % 3 == 2) number += (change.by % 0xFFFF) * page_bytes;  // still aligned
  }
  static void make_whole(HeaderFields& header, std::size_t descriptor_bytes) {
    const auto pages = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    const auto made = lay_out_window(header.geometry.capacity, header.geometry.message_bytes,
                                     std::max<std::uint64_t>(descriptor_bytes, 1), pages);
    if (made) header.geometry = *made;
  }
  void write(const HeaderFields& header, const std::vector<std::uint8_t>& descriptor, std::uint8_t state) {
    bytes_.resize(std::min(header.geometry.total_bytes, kMostFileBytes));
    put(0, &header, sizeof header);
    put(offsetof(WindowHeader, state), &state, sizeof state);
    put(kHeaderBytes, descriptor.data(), descriptor.size());
  }
  void put(std::size_t at, const void* from, std::size_t size) {
    if (at < bytes_.size()) std::memcpy(bytes_.data() + at, from, std::min(size, bytes_.size() - at));
  }
  void write_lane(const Geometry& geometry, std::uint8_t mark, bool has_message) {
    std::vector<std::byte> aligned(bytes_.size() + 4096);  // the lane's words are aligned as in a mapping
    auto* const base = aligned.data() + (4096 - reinterpret_cast<std::uintptr_t>(aligned.data()) % 4096) % 4096;
    std::copy(bytes_.begin(), bytes_.end(), base);
    const LaneView view = lane_view(geometry, info_.order, base);
    make_new_lane<LiveMemory>(view);
    std::memset(view.slots.base, mark, view.slots.stride_bytes * view.slots.capacity);
    if (has_message) publish_one(view);
    std::copy(base, base + bytes_.size(), bytes_.begin());
  }
  static void publish_one(const LaneView& view) {
    const std::uint64_t number = 1;
    std::memcpy(view.slots.base + 8, &number, sizeof number);
    view.producer.links[link_place(Tag{1}, link_count(view.slots.capacity))] = 0;
    view.producer.words->head = StackWord::of(Tag{1}, SlotIndex{0}).bits;
    view.producer.words->published = 1;
    view.producer.marks[0] = 0;
  }

  const ChannelInfo& info_;
  std::vector<std::byte> bytes_;
};

void place_file(const std::string& path, const std::vector<std::byte>& bytes) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  demand(fd >= 0, "the target may make a file of its own");
  if (!bytes.empty()) demand(posix_fallocate(fd, 0, static_cast<off_t>(bytes.size())) == 0, "there is room for it");
  demand(pwrite(fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()), "it can be written");
  close(fd);
}

std::string code_of(const Error& error) {
  constexpr std::size_t most_text = std::size_t{1} << 20;
  const std::string text = error.what();
  const auto is_control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f; };
  demand(text.starts_with("sluice: channel '") && text.size() < most_text, "an error is a sentence of bounded length");
  demand(std::none_of(text.begin(), text.end(), is_control), "a sentence holds nothing that a terminal would obey");
  demand(error.code() != ErrorCode::busy && error.code() != ErrorCode::system, "a refusal is a reasoned one");
  return to_string(error.code());
}

void read(const ::fuzz::Probe& message) { (void)sum_of(message); }
template <class Message>
void read(const sluice::Sample<Message>& sample) {
  read(*sample);
  Message mine;
  sample.copy_to(mine);
  read(mine);
}
void read(const sluice::Sample<tests::TrackChannel::Message>& sample) {
  std::vector<std::uint8_t> mine;
  (void)sample.copy_to(mine);
  (void)sample.table();
}

template <class Channel>
std::string open_and_take() {
  auto consumer = Consumer<Channel>::try_open({.instance = instance()});
  if (!consumer) return code_of(consumer.error());
  std::string said = "opened";
  for (int left = 3; left > 0; --left) {
    const auto sample = consumer->take();
    if (!sample) break;
    read(sample);
    said = "taken";
  }
  (void)consumer->stats();
  (void)consumer->peer();
  return consumer->status() == Reason::poisoned ? "poisoned" : said;
}

template <class Channel>
std::string create_and_loan() {
  auto producer = Producer<Channel>::try_create({.instance = instance()});
  if (!producer) return code_of(producer.error());
  const auto loan = producer->loan();
  return producer->stats().published == 0 && loan ? "created" : "taken_over";
}

template <class Channel>
std::string run(Input& input) {
  const ChannelInfo& info = Channel::info;
  const Forgery forgery(info, input);
  const std::string path = ChannelName{info.name, instance()}.path(NameKind::own);
  place_file(path, forgery.bytes());
  const std::string consumer = open_and_take<Channel>();
  place_file(path, forgery.bytes());
  const std::string producer = create_and_loan<Channel>();
  unlink(path.c_str());
  return consumer == producer ? consumer : consumer + "_and_" + producer;
}

}  // namespace

std::string run_target(const std::uint8_t* bytes, std::size_t size) {
  Input input(bytes, size);
  return input.below(2) == 0 ? run<::fuzz::ProbeChannel>(input) : run<tests::TrackChannel>(input);
}

}  // namespace sluice::fuzz
