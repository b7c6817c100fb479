// `sluice publish NAME MESSAGE`: messages by hand, or from lines of JSON, for tests of a consumer.
#include <fmt/format.h>
#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "command.hpp"
#include "command_line.hpp"
#include "descriptor_generated.h"
#include "descriptor_lookup.hpp"
#include "followed_channel.hpp"
#include "hand_message.hpp"
#include "hand_producer.hpp"
#include "message_time.hpp"
#include "schema_source.hpp"
#include "sluicegen.hpp"
#include "stop_signal.hpp"
#include "tool_error.hpp"
#include "verify_descriptor.hpp"
#include "watching_options.hpp"
#include "window_list.hpp"

namespace sluice::tools {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr const char* kFooter =
    R"(It attaches as the channel's producer, which must not be there; the consumer notices no difference. MESSAGE is
YAML: 'stamp: 1, accel: [1, 2, 3], status: ok, peaks: [{freq: 50}]'. Fields that are left out get their defaults.
Without MESSAGE each line of standard input is one message in JSON; what `sluice echo --json` prints will do.
A message that is a FlatBuffers table is written alike; which member a union holds is a field: 'shape_type: Circle'.

Where no window is there yet, --schema makes the channel.

Exit code
  0  every message was published
  1  some were not: the channel was full, or no consumer came
  2  a wrong command line or message, or the channel has a producer

Examples
  sluice publish demo.imu 'accel: [0, 0, 9.81]'
  sluice publish demo.imu --schema schemas/imu.yaml --wait-for-consumer 10 'label: left' --count 100 --rate 10
  sluice echo demo.imu --json --count 50 > some.jsonl;  sluice publish demo.imu < some.jsonl)";

constexpr const char* kNoRoles = "\n  hint: a FlatBuffers schema knows no roles: write the time into the message";

struct Options {
  std::string name;
  std::optional<std::string> message;
  std::string schema;
  ImportFolders import_folders;
  std::optional<double> wait_for_consumer;
  std::optional<double> rate;
  std::uint64_t count = 1;
  double timeout = 5;
  bool stamp = false;
  bool keep = false;
  bool json = false;
};

struct Target {
  std::vector<std::uint8_t> descriptor;
  CreateOptions create;

  const descriptor::Channel& channel() const { return *descriptor::GetChannel(descriptor.data()); }
};

std::string group_name(gid_t group) {
  const struct group* const entry = getgrgid(group);
  if (entry == nullptr) throw ToolError(fmt::format("sluice publish: the window's group {} has no name", group));
  return entry->gr_name;
}

// The window as it is: its schema, and the options under which a producer finds it and changes nothing about it.
Target existing(const ObservedWindow& window, const Options& options) {
  const WindowFile& file = window.file();
  if (file.user && *file.user != geteuid()) {
    throw ToolError(
        fmt::format("sluice publish: window '{}' belongs to user {}\n  hint: only that user's programs attach to it",
                    window.name(), user_name(*file.user)));
  }
  Target target{window.descriptor(), {}};
  target.create.instance = window.instance();
  target.create.keep = options.keep || window.is_kept();
  if (!file.user) {
    target.create.group = group_name(file.group);
    target.create.mode = file.mode & 0664U;
  }
  return target;
}

std::vector<std::uint8_t> schema_bytes(const Options& options) {
  const std::string& file = options.schema;
  const bool is_yaml = file.ends_with(".yaml") || file.ends_with(".yml");
  if (access(file.c_str(), R_OK) != 0) throw ToolError(fmt::format("sluice: {}: {}", file, std::strerror(errno)));
  auto bytes = is_yaml ? describe(file, file, std::filesystem::current_path(), options.import_folders) : bytes_of(file);
  if (detail::verify_descriptor(bytes.data(), bytes.size()) == nullptr) {
    throw ToolError(fmt::format("sluice: {} is neither a schema (.yaml) nor a descriptor that sluicegen made", file));
  }
  return bytes;
}

Target from_schema(const Options& options) {
  Target target{schema_bytes(options), {}};
  const std::string channel = detail::text(target.channel().name());
  const std::size_t slash = options.name.find('/');
  if (options.name.substr(0, slash) != channel) {
    throw ToolError(fmt::format("sluice publish: {} describes channel '{}', not '{}'", options.schema, channel,
                                options.name.substr(0, slash)));
  }
  if (slash != std::string::npos) target.create.instance = options.name.substr(slash + 1);
  target.create.keep = options.keep;
  return target;
}

// A producer of another schema would retire the window: not by accident.
void check_same(const Target& window, const Target& schema, const Options& options) {
  if (window.channel().identity() == schema.channel().identity()) return;
  throw ToolError(fmt::format(
      "sluice publish: the window of '{}' has another schema than {}\n  hint: leave out --schema; sluice diff "
      "shows what differs",
      options.name, options.schema));
}

Target find_target(const Options& options) {
  if (!is_there(options.name) && !options.schema.empty()) return from_schema(options);
  if (!is_there(options.name)) {
    const std::string text = no_window_text(options.name);
    throw ToolError(text.substr(0, text.find('\n')) + "\n  hint: --schema imu.yaml makes the channel");
  }
  Target target = existing(observe(options.name), options);
  if (!options.schema.empty()) check_same(target, from_schema(options), options);
  return target;
}

bool is_time(const Field& field) {
  const bool is_number = field.form == Form::single && field.record == nullptr && field.scalar != Scalar::boolean;
  constexpr std::array<std::string_view, 4> units{"s", "ms", "us", "ns"};
  return is_number && std::find(units.begin(), units.end(), field.unit) != units.end();
}

Number now_in(const Field& field) {
  const std::uint64_t now = monotonic_nanoseconds();
  if (const auto time = time_in(field, now)) return *time;
  const std::string step = field.scale.empty() ? field.unit : field.scale + " " + field.unit;
  throw ToolError(fmt::format(
      "sluice publish: --stamp: field '{}' is of type {} and counts {}: the time, {} ns on CLOCK_MONOTONIC, "
      "does not fit\n  hint: give it a wider type or a larger unit, or leave out --stamp",
      field.name, field.type, step, now));
}

class Publisher {
 public:
  explicit Publisher(const Options& options)
      : options_(options), target_(find_target(options)), schema_(target_.channel()), message_(hand_message(schema_)) {
    if (options.stamp) find_stamp();
    if (options_.message) given_ = message_->encode(given_yaml(*options_.message));
    producer_.emplace(target_.descriptor, *message_, target_.create);
  }

  Exit run() {
    if (options_.wait_for_consumer && !wait_for_consumer()) return Exit::refused;
    const Reason reason = options_.message ? publish_again(given_, options_.count) : publish_lines();
    report(reason);
    return reason == Reason::none ? Exit::done : Exit::refused;
  }

 private:
  void find_stamp() {
    const Field* const field = field_of_role(schema_.message(), "timestamp");
    if (field == nullptr || !is_time(*field)) {
      throw ToolError(fmt::format("sluice publish: --stamp: '{}' has no number of role timestamp in s, ms, us or ns{}",
                                  options_.name, schema_.is_table() ? kNoRoles : ""));
    }
    now_in(*field);  // refused before a window is made
    stamp_ = field;
  }

  // In pieces, so that Ctrl-C ends it.
  bool wait_for_consumer() {
    const auto until = Clock::now() + seconds(*options_.wait_for_consumer);
    Reason reason = Reason::timeout;
    while (reason == Reason::timeout && !is_stopped() && Clock::now() < until) {
      reason = producer_->core().wait_for_consumer(100ms).reason();
    }
    if (reason == Reason::none) return true;
    fmt::print(stderr, "sluice publish: {}\n", why_none_came(reason));
    return false;
  }
  std::string why_none_came(Reason reason) const {
    if (reason != Reason::timeout) return fmt::format("no consumer can come any more: {}", to_string(reason));
    if (is_stopped()) return "no consumer had come, then it was interrupted";
    return fmt::format("no consumer came within {} s", *options_.wait_for_consumer);
  }

  Reason publish_lines() {
    if (isatty(STDIN_FILENO) == 1) {
      fmt::print(stderr, "sluice publish: without MESSAGE, each line that is typed is one in JSON; Ctrl-D ends them\n");
    }
    std::string line;
    for (std::size_t number = 1; std::getline(std::cin, line) && !is_stopped(); ++number) {
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      const Reason reason = publish_again(message_in(line, number), options_.count);
      if (reason != Reason::none) return reason;
    }
    return Reason::none;
  }

  // A line of `sluice echo --json` holds the message in "message".
  std::vector<std::byte> message_in(const std::string& line, std::size_t number) const {
    Given given = given_json(line, number);
    const bool has_own = !schema_.message().fields.empty() && find_field("message");
    for (auto& [name, value] : given.members) {
      if (name == "message" && !has_own && value.kind == Given::Kind::map) {
        given = Given(std::move(value));
        break;
      }
    }
    try {
      return message_->encode(given);
    } catch (const ToolError& error) {
      throw ToolError(fmt::format("{}\n  hint: in line {} of standard input", error.what(), number));
    }
  }
  bool find_field(const std::string& name) const {
    for (const Field& field : schema_.message().fields) {
      if (field.name == name) return true;
    }
    return false;
  }

  Reason publish_again(std::vector<std::byte> message, std::uint64_t times) {
    for (std::uint64_t time = 0; time < times && !is_stopped(); ++time) {
      if (options_.rate) wait_until_due();
      if (stamp_ != nullptr) {
        const Number now = now_in(*stamp_);
        std::memcpy(message.data() + stamp_->offset, &now.bits, bytes_of(stamp_->scalar));
      }
      const Reason reason = publish(message);
      if (reason != Reason::none) return reason;
      ++published_;
    }
    return Reason::none;
  }

  // In pieces, so that Ctrl-C ends it.
  Reason publish(const std::vector<std::byte>& message) {
    const auto until = Clock::now() + seconds(options_.timeout);
    Reason reason = Reason::timeout;
    while (!is_stopped() && Clock::now() < until) {
      reason = producer_->publish(message, 100ms);
      const bool may_change = reason == Reason::timeout || reason == Reason::consumer_gone;
      if (!may_change) return reason;
      if (reason == Reason::consumer_gone) sleep_unless_stopped(20ms);
    }
    return reason;
  }

  void wait_until_due() {
    const auto now = Clock::now();
    if (due_ > now) sleep_unless_stopped(due_ - now);
    due_ = std::max(due_, now) + seconds(1 / *options_.rate);
  }

  void report(Reason reason) {
    if (options_.json) {
      fmt::print("{{\"published\":{},\"stopped_by\":{}}}\n", published_,
                 reason == Reason::none ? "null" : fmt::format("\"{}\"", to_string(reason)));
    }
    if (is_stopped()) {
      fmt::print(stderr, "sluice publish: {} published, then it was interrupted\n", published_);
    } else if (reason != Reason::none) {
      fmt::print(stderr, "sluice publish: {} published, then no slot came free within {} s: {}\n", published_,
                 options_.timeout, to_string(reason));
    }
    warn_of_loss();
  }

  // Without `keep`, a producer that leaves before any consumer came takes its messages along.
  void warn_of_loss() {
    if (published_ == 0 || target_.create.keep || is_stopped()) return;
    if (producer_->core().drain(seconds(options_.timeout)).reason() != Reason::consumer_gone) return;
    fmt::print(stderr,
               "sluice publish: no consumer is attached: what is unread goes away with this command\n"
               "  hint: --wait-for-consumer 10, or --keep\n");
  }

  const Options& options_;
  Target target_;
  MessageSchema schema_;
  std::unique_ptr<HandMessage> message_;
  std::vector<std::byte> given_;
  const Field* stamp_ = nullptr;
  std::optional<HandProducer> producer_;
  std::uint64_t published_ = 0;
  Clock::time_point due_ = Clock::now();
};

}  // namespace

Action add_publish(CLI::App& sluice) {
  const auto options = std::make_shared<Options>();
  Subcommand publish(sluice, "publish", "Publishes messages that are written by hand");
  publish.footer(kFooter);
  publish.add_option("NAME", options->name, "the channel: demo.imu, or with its instance demo.imu/left")
      .required()
      .option_text(" ");
  publish.add_option("MESSAGE", options->message, "the fields, as YAML; without it, JSON lines from standard input")
      .option_text(" ");
  publish.add_option("--schema", options->schema, "a schema (.yaml) or descriptor to make the channel from")
      .type_name(kFileValue)
      .option_text("FILE");
  publish.add_option("-I", options->import_folders, "where imported files are looked for too; may be repeated")
      .allow_extra_args(false)
      .type_name(kFolderValue)
      .option_text("DIR");
  publish.add_option("--wait-for-consumer", options->wait_for_consumer, "wait so long for a consumer first")
      .positive()
      .option_text("SECONDS");
  publish.add_option("--count", options->count, "publish each message so many times").positive().option_text("N");
  publish.add_option("--rate", options->rate, "messages a second; without it, as fast as slots come free")
      .positive()
      .option_text("HZ");
  publish.add_option("--timeout", options->timeout, "how long to wait for a free slot, and at the end for the consumer")
      .positive()
      .capture_default_str()
      .option_text("SECONDS");
  publish.add_flag("--stamp", options->stamp, "put the time, CLOCK_MONOTONIC, into the field of role timestamp");
  publish.add_flag("--keep", options->keep, "leave the window and its messages when nobody uses them");
  publish.add_flag("--json", options->json, "print one JSON object at the end, for scripts");
  return [options] {
    stop_at_signals();
    return Publisher(*options).run();
  };
}

}  // namespace sluice::tools
