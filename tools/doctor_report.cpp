#include "doctor_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "quantities.hpp"
#include "window_reading.hpp"

namespace sluice::tools {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t kWidth = 80;

std::string count_of(std::uint64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

// Words in lines of at most kWidth characters, all behind `indent` spaces.
std::string wrapped(const std::string& text, std::size_t indent) {
  std::string lines;
  std::string line;
  const auto end_line = [&] {
    if (!line.empty()) lines += std::string(indent, ' ') + line + "\n";
    line.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t space = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, space - at);
    if (!line.empty() && indent + line.size() + 1 + word.size() > kWidth) end_line();
    line += (line.empty() ? "" : " ") + word;
    at = space + 1;
  }
  end_line();
  return lines;
}

std::string size_of(const Finding& finding) {
  return finding.file && S_ISREG(finding.file->mode) ? ", " + in_bytes(finding.file->bytes) : "";
}

std::string told(const Finding& finding, const Palette& palette) {
  const Colour colour = finding.is_fixed ? Colour::good : finding.weight == Weight::problem ? Colour::bad : Colour::dim;
  const char* const mark = finding.weight == Weight::problem ? "" : "note: ";
  std::string text = palette.paint(colour, mark + finding.subject) + size_of(finding) + "\n";
  std::string what = finding.what;
  if (!what.empty() && what.front() >= 'a' && what.front() <= 'z') what.front() = static_cast<char>(what.front() - 32);
  text += wrapped(what + ".", 2);
  text += wrapped(finding.means, 2);
  if (!finding.outcome.empty()) {
    text += "  " + palette.paint(finding.is_fixed ? Colour::good : Colour::warning, finding.outcome) + "\n";
  }
  if (!finding.is_fixed && !finding.todo.empty()) text += wrapped("hint: " + finding.todo, 2);
  return text;
}

std::string heading(const Diagnosis& diagnosis) {
  return fmt::format("{}, {} in use: {}; shared memory: {} of {} free\n",
                     count_of(diagnosis.windows, "window", "windows"), diagnosis.in_use,
                     in_bytes(diagnosis.window_bytes), in_bytes(diagnosis.machine.free_bytes),
                     in_bytes(diagnosis.machine.total_bytes));
}

std::string verdict(const Diagnosis& diagnosis, const Palette& palette) {
  std::uint64_t removed = 0, removed_bytes = 0, removable = 0, removable_bytes = 0;
  for (const Finding& finding : diagnosis.findings) {
    const std::uint64_t bytes = finding.file ? finding.file->bytes : 0;
    removed += finding.is_fixed ? 1 : 0;
    removed_bytes += finding.is_fixed ? bytes : 0;
    const bool is_removable = finding.can_be_removed && !finding.is_kept && !finding.is_fixed;
    removable += is_removable ? 1 : 0;
    removable_bytes += is_removable ? bytes : 0;
  }
  std::string text;
  if (removed > 0) text += fmt::format("removed {}, {}\n", count_of(removed, "file", "files"), in_bytes(removed_bytes));
  const std::uint64_t problems = diagnosis.problems();
  if (problems == 0) return text + palette.paint(Colour::good, "nothing to do") + "\n";
  text += palette.paint(Colour::bad, count_of(problems, "problem", "problems"));
  if (removable > 0 && !diagnosis.was_asked_to_fix) {
    text += fmt::format("; sluice doctor --fix removes {}, {}", count_of(removable, "file", "files"),
                        in_bytes(removable_bytes));
  }
  return text + "\n";
}

ordered_json object_of(const Finding& finding) {
  ordered_json object{{"kind", finding.kind},
                      {"subject", finding.subject},
                      {"weight", finding.weight == Weight::problem ? "problem" : "note"},
                      {"what", finding.what},
                      {"means", finding.means},
                      {"todo", finding.todo}};
  if (finding.file) {
    object["file"] = finding.file->path;
    object["bytes"] = finding.file->bytes;
    object["owner"] = user_name(finding.file->owner);
    object["mode"] = octal(finding.file->mode);
  }
  object["removable"] = finding.can_be_removed;
  object["kept"] = finding.is_kept;
  object["fixed"] = finding.is_fixed;
  object["outcome"] = finding.outcome.empty() ? ordered_json(nullptr) : ordered_json(finding.outcome);
  return object;
}

}  // namespace

std::uint64_t Diagnosis::problems() const noexcept {
  return static_cast<std::uint64_t>(std::count_if(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.weight == Weight::problem && !finding.is_fixed;
  }));
}

std::string as_text(const Diagnosis& diagnosis, const Palette& palette) {
  std::string text = heading(diagnosis);
  for (const Finding& finding : diagnosis.findings) text += "\n" + told(finding, palette);
  return text + "\n" + verdict(diagnosis, palette);
}

std::string as_json(const Diagnosis& diagnosis) {
  const Machine& machine = diagnosis.machine;
  ordered_json findings = ordered_json::array();
  for (const Finding& finding : diagnosis.findings) findings.push_back(object_of(finding));
  const ordered_json report{
      {"windows", diagnosis.windows},
      {"in_use", diagnosis.in_use},
      {"window_bytes", diagnosis.window_bytes},
      {"problems", diagnosis.problems()},
      {"shared_memory", {{"total_bytes", machine.total_bytes}, {"free_bytes", machine.free_bytes}}},
      {"findings", std::move(findings)}};
  return report.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sluice::tools
