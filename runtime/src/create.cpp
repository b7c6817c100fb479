// The producer's side of set-up: make a window and give it its name, or go on where the last producer stopped.
#include <grp.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include <sluice/detail/endpoint.hpp>

#include "attachment.hpp"
#include "descriptor_generated.h"
#include "errors.hpp"
#include "people.hpp"
#include "recovery.hpp"
#include "setup.hpp"
#include "verify_descriptor.hpp"
#include "window.hpp"

namespace sluice::detail {

namespace {

using ProducerRef = CoreRef<ProducerCore>;

std::optional<gid_t> group_id(const std::string& name) {
  struct group entry {};
  struct group* found = nullptr;
  std::vector<char> text(1024);
  while (getgrnam_r(name.c_str(), &entry, text.data(), text.size(), &found) == ERANGE) text.resize(text.size() * 2);
  return found != nullptr ? std::optional<gid_t>(found->gr_gid) : std::nullopt;
}

Result<Access> access_of(const ChannelName& name, const CreateOptions& options) {
  Access access;
  if (!options.group.empty()) {
    const auto group = group_id(options.group);
    if (!group) return unknown_group(name, options.group);
    access.group = group;
    access.mode = 0660;
  }
  access.huge_pages = options.huge_pages;
  access.mode = options.mode.value_or(access.mode);
  if ((access.mode & 0600) != 0600 || (access.mode & ~0664U) != 0) return invalid_mode(name, access.mode);
  return access;
}

bool is_shared(const Access& access) noexcept { return access.group || (access.mode & 0077) != 0; }

class ProducerSetup {
 public:
  ProducerSetup(const ChannelInfo& info, const CreateOptions& options, Construct construct, ChannelName name,
                Access access)
      : info_(info),
        options_(options),
        construct_(construct),
        name_(std::move(name)),
        access_(access),
        kind_(is_shared(access) ? NameKind::shared : NameKind::own),
        path_(name_.path(kind_)) {}

  Attempt<ProducerRef> attempt() {
    auto found = open_window(name_, kind_);
    if (!found) return found.error();
    if (!*found) return make();
    auto held = hold(name_, std::move(**found));
    if (auto* const window = std::get_if<HeldWindow>(&held)) return take_over(*window);
    if (auto* const error = std::get_if<Error>(&held)) return *error;
    return StartOver{};
  }

 private:
  Attempt<ProducerRef> make() {
    auto made = make_window(name_, info_, construct_, access_, FileKind::named_later);
    if (!made) return made.error();
    auto start = recover_producer<LiveMemory>(made->mapping->lane());
    auto attached = attach(made->mapping, std::move(made->lock), std::get<ProducerStart>(std::move(start)));
    if (!attached) return attached.error();
    auto naming = publish_window(name_, *made, path_);
    if (!naming) return naming.error();
    if (*naming == Naming::name_exists) return StartOver{};
    return *attached;
  }

  Attempt<ProducerRef> take_over(HeldWindow& held) {
    if (!held.lock->try_take(Role::producer)) {
      return role_taken(name_, Role::producer, held.window.peer(Role::producer));
    }
    if (held.window.state() == State::retired) return start_over_unless(remove_name(name_, held));
    const std::vector<std::uint8_t> bytes = held.window.descriptor();
    const auto* const there = verify_descriptor(bytes.data(), bytes.size());
    if (there == nullptr) return damaged_window(name_, path_, "its descriptor is not valid");
    if (there->name()->str() != info_.name)
      return foreign_object(name_, path_, "it holds channel '" + there->name()->str() + "'");

    auto mapping = Mapping::map(held.window.file.get(), held.window.header.geometry, info_.order);
    if (!mapping) return system_error(name_, "mmap", errno);
    HalfWord& bell = mapping->lane().producer.words->bell;
    if (!has_our_schema(*there, held.window)) return start_over_unless(retire(name_, held, bell));
    if (!slots_are_whole(held, mapping->lane(), Role::consumer)) return start_over_unless(retire(name_, held, bell));
    auto start = recover_producer<LiveMemory>(mapping->lane());
    if (std::holds_alternative<Fault>(start)) return start_over_unless(retire(name_, held, bell));
    if (held.window.owner == geteuid()) {  // as this producer wants it, not as the last one made it
      if (auto error = give_access(name_, held.window.file.get(), access_)) return *error;
    }
    auto attached = attach(std::move(mapping), std::move(held.lock), std::get<ProducerStart>(std::move(start)));
    if (!attached) return attached.error();
    return *attached;
  }

  // Docs and bfbs aside, a successor's schema must be the same: consumers notice nothing then.
  bool has_our_schema(const descriptor::Channel& there, const OpenWindow& window) const {
    const auto* const here = descriptor::GetChannel(info_.descriptor.data);
    return here->identity() == there.identity() && window.header.fingerprint == info_.fingerprint &&
           window.header.geometry.capacity == info_.capacity &&
           window.header.geometry.message_bytes == info_.message_bytes;
  }

  Result<ProducerRef> attach(std::shared_ptr<Mapping> mapping, std::unique_ptr<RoleLock> lock, ProducerStart start) {
    if (options_.lock_memory) {
      if (auto error = lock_memory(name_, *mapping)) return *error;
    }
    if (!mapping->protect_from(Role::producer)) return system_error(name_, "mprotect", errno);
    const LaneView lane = mapping->lane();
    RoleLock& locks = *lock;
    auto attachment = std::make_unique<Attachment>(Role::producer, name_, path_, std::move(mapping), std::move(lock));
    sign(lane, Role::producer, info_.version);
    store_keep(lane, options_.keep);
    ProducerRef core(new ProducerCore(std::move(attachment), lane, std::move(start), options_.wait));
    store_state(locks, State::open);  // last: a step that fails leaves the window as closed as it was
    locks.release_setup();
    return core;
  }

  static Attempt<ProducerRef> start_over_unless(std::optional<Error> error) {
    if (error) return *error;
    return StartOver{};
  }

  const ChannelInfo& info_;
  const CreateOptions& options_;
  Construct construct_;
  ChannelName name_;
  Access access_;
  NameKind kind_;
  std::string path_;
};

}  // namespace

Result<ProducerRef> create(const ChannelInfo& info, const CreateOptions& options, Construct construct) {
  const ChannelName name{info.name, options.instance};
  if (auto error = check_instance(name)) return *error;
  auto access = access_of(name, options);
  if (!access) return access.error();
  if (verify_descriptor(info.descriptor.data, info.descriptor.size) == nullptr) {
    return broken_program(name, "is not valid");
  }
  ProducerSetup setup(info, options, construct, name, *access);
  const auto until = Clock::now() + kSetupPatience;
  do {
    auto attempt = setup.attempt();
    if (auto* const core = std::get_if<ProducerRef>(&attempt)) return std::move(*core);
    if (auto* const error = std::get_if<Error>(&attempt)) return *error;
  } while (Clock::now() < until);
  return busy(name, kSetupPatience);
}

Result<InProcessCores> in_process(const ChannelInfo& info, Construct construct) {
  const ChannelName name{info.name, "in_process"};
  auto made = make_window(name, info, construct, {}, FileKind::in_process);
  if (!made) return made.error();
  auto consumer_lock = RoleLock::open(path_of(made->file.get()).c_str());
  if (!consumer_lock || !consumer_lock->try_take(Role::consumer)) return system_error(name, "fcntl F_OFD_SETLK", errno);
  const LaneView lane = made->mapping->lane();
  auto producer = std::make_unique<Attachment>(Role::producer, name, "", made->mapping, std::move(made->lock));
  auto consumer = std::make_unique<Attachment>(Role::consumer, name, "", made->mapping, std::move(consumer_lock));
  sign(lane, Role::producer, info.version);
  sign(lane, Role::consumer, info.version);
  auto producer_start = std::get<ProducerStart>(recover_producer<LiveMemory>(lane));
  auto consumer_start = std::get<ConsumerStart>(recover_consumer<LiveMemory>(lane));
  return InProcessCores{
      ProducerRef(new ProducerCore(std::move(producer), lane, std::move(producer_start), Wait::futex)),
      CoreRef<ConsumerCore>(
          new ConsumerCore(std::move(consumer), lane, std::move(consumer_start), Wait::futex, nullptr))};
}

}  // namespace sluice::detail
