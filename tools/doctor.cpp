// `sluice doctor`: what is wrong with the windows of this machine, and with the machine as a place for windows.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include "command.hpp"
#include "command_line.hpp"
#include "doctor_report.hpp"
#include "palette.hpp"
#include "removal.hpp"
#include "window_findings.hpp"
#include "window_list.hpp"

namespace sluice::tools {

namespace {

constexpr const char* kFooter =
    R"(Looks for windows that nobody uses (dead, retired, half made), for what stands
under a window's name and is none, for windows whose name was taken away, and
for what troubles channels: shared memory nearly full, RemoveIPC, limits. Each
is told with what it means and what to do. Notes are good to know, no problems.

--fix removes windows that are provably dead: under the lock that everybody who
attaches or leaves takes, with both roles' locks in hand. What is in use, or is
no whole window, is never touched; what a producer wants kept only by --kept.

Exit code
  0  nothing to do
  1  there are problems; with --fix: some are left
  2  a wrong command line, or shared memory cannot be read

Examples
  sluice doctor --fix
  sluice doctor --json | jq -r '.findings[] | .kind + " " + .subject')";

struct Options {
  bool fix = false;
  bool kept = false;
  bool json = false;
};

void fix(const Listed& entry, Finding& finding, KeptWindows kept) {
  const Removal removal = entry.window ? remove_dead(*entry.window, kept) : remove_half_made(entry.file);
  finding.outcome = in_words(removal);
  finding.is_fixed = removal == Removal::removed;
}

Diagnosis diagnose(const Options& options) {
  Diagnosis diagnosis;
  diagnosis.was_asked_to_fix = options.fix;
  std::vector<uid_t> users{geteuid()};
  std::uint64_t largest = 0;
  for (const Listed& entry : list_windows()) {
    users.push_back(entry.file.owner);
    if (entry.window) {
      ++diagnosis.windows;
      diagnosis.in_use += entry.window->is_in_use() ? 1 : 0;
      diagnosis.window_bytes += entry.file.bytes;
      largest = std::max(largest, entry.file.bytes);
    }
    auto finding = finding_on(entry);
    if (!finding) continue;
    const bool is_asked = options.fix && (options.kept || !finding->is_kept);
    if (is_asked && finding->can_be_removed)
      fix(entry, *finding, options.kept ? KeptWindows::go_too : KeptWindows::stay);
    diagnosis.findings.push_back(std::move(*finding));
  }
  for (const NamelessWindow& window : nameless_windows()) diagnosis.findings.push_back(finding_on(window));
  diagnosis.machine = Machine::look(users);
  for (Finding& finding : findings_on(diagnosis.machine, largest)) diagnosis.findings.push_back(std::move(finding));
  std::stable_partition(diagnosis.findings.begin(), diagnosis.findings.end(),
                        [](const Finding& finding) { return finding.weight == Weight::problem; });
  return diagnosis;
}

}  // namespace

Action add_doctor(CLI::App& sluice) {
  const auto options = std::make_shared<Options>();
  Subcommand doctor(sluice, "doctor", "Tells what is wrong with windows, and what to do about it");
  doctor.footer(kFooter);
  const CommandOption fixed = doctor.add_flag("--fix", options->fix, "remove windows that are provably dead");
  doctor.add_flag("--kept", options->kept, "with --fix: those too that are to be kept, if nobody uses them")
      .needs(fixed)
      .option_text(" ");
  doctor.add_flag("--json", options->json, "print one JSON object, for scripts");
  return [options] {
    const Diagnosis diagnosis = diagnose(*options);
    fmt::print("{}", options->json ? as_json(diagnosis) : as_text(diagnosis, Palette::of(stdout)));
    return diagnosis.problems() == 0 ? Exit::done : Exit::refused;
  };
}

}  // namespace sluice::tools
