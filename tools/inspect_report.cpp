#include "inspect_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include <sluice/detail/index_stack.hpp>
#include <sluice/detail/shared_claim.hpp>

#include "columns.hpp"
#include "descriptor_lookup.hpp"
#include "errors.hpp"
#include "escaped_text.hpp"
#include "journal_reader.hpp"
#include "quantities.hpp"

namespace sluice::tools {

namespace {

using detail::LiveMemory;
using detail::text;
using nlohmann::ordered_json;

using Journal = detail::JournalReader<LiveMemory>;

constexpr std::size_t kSlotsInMap = 1024;
constexpr std::size_t kSlotsInRow = 64;

// Whoever made the window may have written anything.
std::string shown(const flatbuffers::String* string) { return escaped(text(string)); }

std::string shown(detail::StackWord word) {
  const auto tag = static_cast<std::uint64_t>(word.tag());
  if (word.top() == detail::kNil) return fmt::format("{} pushes, no slot on top", tag);
  return fmt::format("{} pushes, slot {} on top", tag, detail::place(word.top()));
}

ordered_json object_of(detail::StackWord word) {
  const bool is_empty = word.top() == detail::kNil;
  return {{"pushes", static_cast<std::uint64_t>(word.tag())},
          {"top", is_empty ? ordered_json(nullptr) : ordered_json(detail::place(word.top()))}};
}

// A claim or drop of order latest that was begun.
struct Intent {
  std::uint64_t bit, from, to;
  static Intent in(const detail::ClaimIntent& words) {
    return {Journal::word(words.bit), Journal::word(words.from), Journal::word(words.to)};
  }
};
std::string shown(const Intent& intent) {
  return intent.bit == 0 ? "none" : fmt::format("of messages {} to {}", intent.from + 1, intent.to);
}
ordered_json object_of(const Intent& intent) {
  if (intent.bit == 0) return nullptr;
  return {{"from", intent.from}, {"to", intent.to}};
}

// The words of both roles' journals, as copied.
struct JournalWords {
  detail::StackWord head, free, finished;
  std::uint64_t published, collected, claim, delivered;
  Intent drop, taking;

  explicit JournalWords(const detail::LaneView& lane)
      : head{Journal::word(lane.producer.words->head)},
        free{Journal::word(lane.consumer.words->free)},
        finished{Journal::word(lane.consumer.words->finished)},
        published(Journal::word(lane.producer.words->published)),
        collected(Journal::word(lane.producer.words->collected)),
        claim(lane.order == Order::latest ? Journal::claim(lane.consumer.words->shared_claim).number()
                                          : Journal::word(lane.consumer.words->claim)),
        delivered(Journal::word(lane.consumer.words->delivered)),
        drop(Intent::in(lane.producer.words->drop)),
        taking(Intent::in(lane.consumer.words->taking)) {}
};

const char* letter_of(const SlotPlace& slot) {
  if (!slot.is_sound()) return "!";
  if (slot.is_in(Home::producer)) return ".";
  if (slot.is_in(Home::unread)) return "u";
  if (slot.is_in(Home::consumer)) return "c";
  return slot.is_in(Home::finished) ? "d" : "f";
}

std::string homes_of(const SlotPlace& slot) {
  std::string homes;
  for (const Home home : kHomes) {
    if (slot.is_in(home)) homes += (homes.empty() ? "" : " and ") + std::string(in_words(home));
  }
  return homes.empty() ? "nowhere" : homes;
}

/// The report for people, section by section.
class Text {
 public:
  Text(const Inspection& seen, const Palette& palette) : seen_(seen), window_(seen.window), palette_(palette) {}

  std::string all(bool with_every_slot) {
    summary();
    layout();
    fields();
    counts();
    journal();
    slots();
    if (with_every_slot) every_slot();
    return std::move(text_);
  }

 private:
  void line(const std::string& line = "") { text_ += line + "\n"; }
  void heading(const std::string& title) {
    line();
    line(palette_.paint(Colour::bold, title));
  }
  void add(const Columns& columns) {
    for (const std::string& row : columns.lines(palette_)) line("  " + row);
  }

  std::string participant(const Participant& one, Cell state) const {
    state.text = one.is_alive                                               ? "alive"
                 : state.text == "gone" || state.text.rfind("dead", 0) == 0 ? "dead"
                                                                            : state.text;
    if (one.pid == 0 && !one.is_alive) return "there never was one";
    return fmt::format("{}, pid {}, schema {}", palette_.paint(state.colour, state.text), one.pid,
                       detail::shown(one.version));
  }

  void summary() {
    const WindowFile& file = window_.file();
    const descriptor::Channel& channel = window_.channel();
    line(palette_.paint(Colour::bold, window_.name()) +
         fmt::format(": version {}, order {}", version_of(channel), in_words(window_.order())));
    if (channel.doc() != nullptr) line("  " + shown(channel.doc()));
    Columns facts({{""}, {""}});
    facts.add({{"file"}, {escaped(file.path)}});
    facts.add({{"access"}, {fmt::format("{}, owner {}", octal(file.mode), user_name(file.owner))}});
    const char* const kept = seen_.reading.is_kept ? ", kept when its last user leaves" : "";
    facts.add({{"state"}, {in_words(seen_.reading.state) + std::string(kept)}});
    facts.add({{"producer"}, {participant(seen_.reading.producer, producer_cell(seen_.reading))}});
    facts.add({{"consumer"}, {participant(seen_.reading.consumer, consumer_cell(seen_.reading))}});
    facts.add({{"fingerprint"}, {fmt::format("{:#018x}", window_.fingerprint())}});
    add(facts);
  }

  void layout() {
    const detail::Geometry& geometry = window_.geometry();
    heading(fmt::format("Layout: {} bytes ({})", detail::with_commas(geometry.total_bytes),
                        in_bytes(geometry.total_bytes)));
    Columns parts({{"", Align::right}, {""}, {"", Align::left}});
    const auto part = [&](std::uint64_t offset, const char* name, const std::string& what) {
      parts.add({{detail::with_commas(offset)}, {name}, {what}});
    };
    part(0, "header", "");
    part(geometry.descriptor_offset, "descriptor",
         fmt::format("{} bytes, by sluicegen {}", detail::with_commas(geometry.descriptor_bytes),
                     escaped(detail::or_none(window_.channel().generator()))));
    part(geometry.producer_offset, "producer part", "");
    part(geometry.consumer_offset, "consumer part", "");
    part(geometry.slots_offset, "slots",
         fmt::format("{} of {} bytes; a message has {}", detail::with_commas(geometry.capacity),
                     detail::with_commas(geometry.stride_bytes), detail::with_commas(geometry.message_bytes)));
    add(parts);
  }

  void fields() {
    const descriptor::Channel& channel = window_.channel();
    heading("Message " + shown(channel.message()->name()));
    if (const descriptor::Payload* const payload = channel.payload()) {
      return line(fmt::format("  a FlatBuffers table {}, of up to {} bytes", shown(payload->root()),
                              detail::with_commas(payload->max_bytes())));
    }
    Columns fields({{"", Align::right}, {""}, {""}, {""}});
    fields.add({{"8"}, {"sluice_seq"}, {"u64"}, {"its number"}});
    for (const descriptor::Field* field : *channel.message()->fields()) {
      const std::uint32_t at = field->data_offset() != 0 ? field->data_offset() : field->offset();
      fields.add({{detail::with_commas(at)}, {shown(field->name())}, {shown(field->type())}, {shown(field->unit())}});
    }
    add(fields);
  }

  void counts() {
    const Stats& counters = seen_.reading.counters;
    heading("Messages");
    Columns counts({{""}, {"", Align::right}, {""}});
    const auto count = [&](const char* name, std::uint64_t number, const char* what) {
      counts.add({{name}, {detail::with_commas(number)}, {what}});
    };
    count("published", counters.published, "");
    count("taken", counters.taken, "repeats included");
    count("unread", counters.depth, "not yet handed to the application");
    count("rejected", counters.rejected, "loans refused because the channel was full");
    count("redelivered", counters.redelivered, "repeats after a consumer's death");
    count("dropped", counters.dropped, "never handed out: replaced, or skipped at open");
    if (window_.channel().payload() != nullptr) count("invalid", counters.invalid, "tables that could not be read");
    add(counts);
  }

  void journal() {
    heading("Journal");
    if (!seen_.copy) return line("  in use, and not at rest: not read");
    const JournalWords words(seen_.copy->lane());
    Columns rows({{""}, {""}});
    rows.add({{"head"}, {shown(words.head)}});
    rows.add({{"published"}, {fmt::format("{}", words.published)}});
    rows.add({{"claim"}, {fmt::format("{} taken up", words.claim)}});
    rows.add({{"delivered"}, {fmt::format("up to {}", words.delivered)}});
    rows.add({{"finished"}, {shown(words.finished)}});
    rows.add({{"free"}, {shown(words.free)}});
    rows.add({{"collected"}, {fmt::format("{}", words.collected)}});
    if (window_.order() == Order::latest) {
      rows.add({{"drop"}, {shown(words.drop)}});
      rows.add({{"taking"}, {shown(words.taking)}});
    }
    add(rows);
  }

  void slots() {
    heading("Slots");
    if (!seen_.partition) return line("  in use, and not at rest: not checked");
    const Partition& partition = *seen_.partition;
    std::string counts;
    for (const Home home : kHomes) {
      counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", partition.count(home), in_words(home));
    }
    line("  " + counts);
    if (partition.faults.empty()) line("  " + palette_.paint(Colour::good, "each slot is in exactly one place"));
    for (const std::string& fault : partition.faults) line("  " + palette_.paint(Colour::bad, "wrong: " + fault));
    if (partition.slots.size() <= kSlotsInMap) map(partition);
  }

  void map(const Partition& partition) {
    for (std::size_t first = 0; first < partition.slots.size(); first += kSlotsInRow) {
      std::string row;
      for (std::size_t at = first; at < std::min(first + kSlotsInRow, partition.slots.size()); ++at) {
        row += letter_of(partition.slots[at]);
      }
      line(fmt::format("  {:>6}  {}", first, row));
    }
    line("          . producer  u unread  c consumer  d finished  f free  ! wrong");
  }

  void every_slot() {
    if (!seen_.partition) return;
    line();
    Columns slots({{"SLOT", Align::right}, {"MESSAGE", Align::right}, {"PLACE"}});
    for (std::size_t at = 0; at < seen_.partition->slots.size(); ++at) {
      const SlotPlace& slot = seen_.partition->slots[at];
      slots.add({{fmt::format("{}", at)},
                 {slot.number != 0 ? fmt::format("{}", slot.number) : "-"},
                 {homes_of(slot), slot.is_sound() ? Colour::none : Colour::bad}});
    }
    add(slots);
  }

  const Inspection& seen_;
  const ObservedWindow& window_;
  const Palette& palette_;
  std::string text_;
};

ordered_json layout_of(const detail::Geometry& geometry) {
  return {{"total_bytes", geometry.total_bytes},           {"page_bytes", geometry.page_bytes},
          {"stride_bytes", geometry.stride_bytes},         {"message_bytes", geometry.message_bytes},
          {"descriptor_bytes", geometry.descriptor_bytes}, {"descriptor_offset", geometry.descriptor_offset},
          {"producer_offset", geometry.producer_offset},   {"consumer_offset", geometry.consumer_offset},
          {"slots_offset", geometry.slots_offset}};
}

ordered_json fields_of(const descriptor::Channel& channel) {
  ordered_json fields = ordered_json::array();
  for (const descriptor::Field* field : *channel.message()->fields()) {
    fields.push_back({{"name", text(field->name())},
                      {"type", text(field->type())},
                      {"offset", field->offset()},
                      {"data_offset", field->data_offset()},
                      {"unit", field->unit() != nullptr ? ordered_json(text(field->unit())) : ordered_json(nullptr)}});
  }
  return fields;
}

ordered_json journal_of(const Inspection& seen) {
  const JournalWords words(seen.copy->lane());
  ordered_json journal{
      {"head", object_of(words.head)}, {"published", words.published},          {"claim", words.claim},
      {"delivered", words.delivered},  {"finished", object_of(words.finished)}, {"free", object_of(words.free)},
      {"collected", words.collected}};
  if (seen.window.order() == Order::latest) {
    journal["drop"] = object_of(words.drop);
    journal["taking"] = object_of(words.taking);
  }
  return journal;
}

ordered_json slots_of(const Partition& partition, bool with_every_slot) {
  ordered_json slots;
  for (const Home home : kHomes) slots[in_words(home)] = partition.count(home);
  slots["faults"] = partition.faults;
  if (!with_every_slot) return slots;
  slots["list"] = ordered_json::array();
  for (const SlotPlace& slot : partition.slots) {
    ordered_json places = ordered_json::array();
    for (const Home home : kHomes) {
      if (slot.is_in(home)) places.push_back(in_words(home));
    }
    slots["list"].push_back({{"places", std::move(places)}, {"message", slot.number}});
  }
  return slots;
}

}  // namespace

Inspection Inspection::of(ObservedWindow window) {
  Inspection seen{std::move(window), {}, {}, {}};
  seen.reading = Reading::of(seen.window);
  seen.copy = copy_at_rest(seen.window);
  if (seen.copy) seen.partition = partition_of(*seen.copy);
  return seen;
}

std::string as_text(const Inspection& seen, bool with_every_slot, const Palette& palette) {
  std::string report = Text(seen, palette).all(with_every_slot);
  if (seen.window.was_cut()) {
    report += "\n" +
              palette.paint(Colour::bad, "Its owner cut the file short while it was read: do not trust the above.") +
              "\n";
  }
  return report;
}

std::string as_json(const Inspection& seen, bool with_every_slot) {
  const descriptor::Channel& channel = seen.window.channel();
  ordered_json report = object_of(seen.window, seen.window.name(), seen.reading);
  report["fingerprint"] = fmt::format("{:#018x}", seen.window.fingerprint());
  report["doc"] = channel.doc() != nullptr ? ordered_json(text(channel.doc())) : ordered_json(nullptr);
  report["layout"] = layout_of(seen.window.geometry());
  report["message"] = {{"name", text(channel.message()->name())}, {"fields", fields_of(channel)}};
  if (const descriptor::Payload* const payload = channel.payload()) {
    report["message"]["table"] = {{"root", text(payload->root())}, {"max_bytes", payload->max_bytes()}};
  }
  report["journal"] = seen.copy ? journal_of(seen) : ordered_json(nullptr);
  report["slots"] = seen.partition ? slots_of(*seen.partition, with_every_slot) : ordered_json(nullptr);
  report["cut_short"] = seen.window.was_cut();
  // A descriptor may hold what is not UTF-8; the reader of the report shall not stumble over it.
  constexpr auto handler = ordered_json::error_handler_t::replace;
  const std::string readable = report.dump(2, ' ', false, handler);
  return (controls_terminal(readable) ? report.dump(2, ' ', true, handler) : readable) + "\n";
}

}  // namespace sluice::tools
