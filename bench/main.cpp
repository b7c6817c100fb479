// sluice_bench: `list` names the subjects, `run` measures one of them once. Both print JSON on stdout.
// scripts/bench calls it many times, in turns, and makes tables of what it says.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "run.hpp"
#include "side.hpp"
#include "subjects.hpp"

namespace {

using namespace bench;

nlohmann::json listing() {
  nlohmann::json list{{"subjects", nlohmann::json::array()}, {"missing", nlohmann::json::array()}};
  for (const Subject& subject : subjects()) {
    nlohmann::json entry{{"name", subject.name},
                         {"title", subject.title},
                         {"group", subject.group},
                         {"lossless", subject.traits.lossless}};
    for (std::size_t which = 0; which < kCaseNames.size(); ++which) {
      if (subject.can(static_cast<Case>(which))) entry["cases"].push_back(kCaseNames[which]);
    }
    for (const auto& [bytes, function] : subject.run) entry["bytes"].push_back(bytes);
    list["subjects"].push_back(entry);
  }
  for (const auto& [title, reason] : missing_subjects()) {
    list["missing"].push_back({{"title", title}, {"reason", reason}});
  }
  return list;
}

CLI::App* add_run(CLI::App& program, Plan& plan) {
  std::map<std::string, Case> cases;
  for (std::size_t which = 0; which < kCaseNames.size(); ++which) cases[kCaseNames[which]] = static_cast<Case>(which);
  CLI::App* const run = program.add_subcommand("run", "Measures one subject once");
  run->add_option("subject", plan.subject, "A name of `list`")->required();
  run->add_option("--case", plan.which, "What to measure")->transform(CLI::CheckedTransformer(cases));
  run->add_option("--bytes", plan.bytes, "Of content a message");
  run->add_option("--messages", plan.messages, "Ends after so many, instead of a time");
  run->add_option("--warm-up", plan.warm_up_seconds, "Seconds before the measurement");
  run->add_option("--seconds", plan.seconds, "Of measurement");
  run->add_option("--rate", plan.rate_hz, "Messages a second of a paced load")->check(CLI::PositiveNumber);
  run->add_option("--priority", plan.priority, "Of SCHED_FIFO, for both sides")->check(CLI::Range(1, 99));
  run->add_option("--source-core", plan.source_core, "Core of the producer");
  run->add_option("--sink-core", plan.sink_core, "Core of the consumer");
  return run;
}

int main_or_throw(int argument_count, char** arguments) {
  CLI::App program("Measures ways to bring messages from one process to another.", "sluice_bench");
  program.require_subcommand(1);
  const CLI::App* const list = program.add_subcommand("list", "Prints subjects, their cases and sizes");
  Plan plan;
  const CLI::App* const run_command = add_run(program, plan);
  CLI::App* const side = program.add_subcommand("side", "")->group("");  // how `run` starts its two processes
  std::string role;
  int file = -1;
  side->add_option("role", role)->required();
  side->add_option("file", file)->required();
  CLI11_PARSE(program, argument_count, arguments);

  if (*side) return run_side(file, role == "source" ? Side::source : Side::sink);
  if (*list) fmt::print("{}\n", listing().dump(2));
  if (!*run_command) return 0;
  const nlohmann::json result = run(plan);
  fmt::print("{}\n", result.dump());
  return result.contains("failure") ? 1 : 0;
}

}  // namespace

int main(int argument_count, char** arguments) {
  try {
    return main_or_throw(argument_count, arguments);
  } catch (const std::exception& error) {
    fmt::print(stderr, "sluice_bench: {}\n", error.what());
    return 2;
  }
}
