#include "options.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string_view>

namespace soak {

namespace {

constexpr const char* kUsage =
    "usage: scripts/soak --kills N [--seconds S] [--order fifo|lifo|latest] [--seed X] [--victims any|both]\n"
    "Two processes exchange messages under full load and are killed N times, at random moments.\n"
    "  --kills N     how many processes are killed\n"
    "  --seconds S   spreads the kills over S seconds; else one falls every 35 ms or so\n"
    "  --order O     of the channel; fifo unless it is said\n"
    "  --seed X      the same decisions again, of the driver and of both processes; moments differ\n"
    "  --victims V   any: the producer, the consumer, or both; both: always both\n"
    "The last line sums up; the exit code is 0 if nothing was lost, torn, repeated without a mark or leaked.\n";

[[noreturn]] void refuse(const char* what, std::string_view word) {
  std::fprintf(stderr, "soak: %s '%.*s'\n%s", what, static_cast<int>(word.size()), word.data(), kUsage);
  std::exit(2);
}

std::uint64_t number_from(std::string_view word) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size()) refuse("not a whole number:", word);
  return number;
}

sluice::Order order_from(std::string_view word) {
  if (word == "fifo") return sluice::Order::fifo;
  if (word == "lifo") return sluice::Order::lifo;
  if (word == "latest") return sluice::Order::latest;
  refuse("no such order:", word);
}

Victims victims_from(std::string_view word) {
  if (word == "any") return Victims::any;
  if (word == "both") return Victims::both_at_once;
  refuse("no such victims:", word);
}

}  // namespace

const char* Options::order_name() const noexcept {
  return order == sluice::Order::fifo ? "fifo" : order == sluice::Order::lifo ? "lifo" : "latest";
}

Options options_from(int argc, char** argv) {
  Options options;
  options.seed = std::random_device{}();
  std::optional<std::uint64_t> seconds;
  for (int at = 1; at < argc; ++at) {
    const std::string_view name = argv[at];
    if (name == "--help" || name == "-h") {
      std::fputs(kUsage, stdout);
      std::exit(0);
    }
    const bool is_known =
        name == "--kills" || name == "--seconds" || name == "--order" || name == "--seed" || name == "--victims";
    if (!is_known) refuse("unknown argument", name);
    if (++at == argc) refuse("a value is missing behind", name);
    const std::string_view value = argv[at];
    if (name == "--kills") options.kills = number_from(value);
    if (name == "--seconds") seconds = number_from(value);
    if (name == "--order") options.order = order_from(value);
    if (name == "--seed") options.seed = number_from(value);
    if (name == "--victims") options.victims = victims_from(value);
  }
  if (options.kills == 0) refuse("how many kills? Say for example", "--kills 2000");
  if (seconds) options.between_kills = std::chrono::milliseconds{*seconds * 1000 / options.kills};
  return options;
}

}  // namespace soak
