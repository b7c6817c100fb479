#include "run.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "side.hpp"
#include "subjects.hpp"
#include "ticks.hpp"

extern char** environ;

namespace bench {

namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sluice_bench.XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) fail("no temporary folder");
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

// Shared memory without a name, which both processes inherit.
class Block {
 public:
  explicit Block(std::size_t arena_bytes) : file_(memfd_create("sluice_bench", 0)) {
    if (file_ < 0) fail("no shared block");
    if (ftruncate(file_, static_cast<off_t>(block_bytes(arena_bytes))) != 0) fail("the shared block has no size");
    control_ = &map_block(file_, arenas_offset());
  }
  ~Block() {
    munmap(control_, arenas_offset());
    close(file_);
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  int file() const noexcept { return file_; }
  Control& control() const noexcept { return *control_; }

 private:
  int file_;
  Control* control_ = nullptr;
};

std::vector<int> usable_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  if (sched_getaffinity(0, sizeof cores, &cores) != 0) fail("which cores there are is not known");
  std::vector<int> usable;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &cores)) usable.push_back(core);
  }
  return usable;
}

std::array<int, 2> chosen_cores(const Plan& plan) {
  if (plan.source_core >= 0 && plan.sink_core >= 0) return {plan.source_core, plan.sink_core};
  const std::vector<int> usable = usable_cores();
  if (usable.size() < 2) throw std::runtime_error("two cores are needed, this process may use one");
  return {usable[0], usable[1]};
}

template <std::size_t Size>
void set_text(std::array<char, Size>& to, const std::string& from) {
  if (from.size() >= Size) throw std::runtime_error("'" + from + "' is too long");
  std::memcpy(to.data(), from.c_str(), from.size() + 1);
}

void fill_request(Request& request, const Plan& plan, const Subject& subject, const std::string& folder) {
  set_text(request.subject, plan.subject);
  request.which = plan.which;
  request.bytes = plan.bytes;
  request.messages = plan.messages;
  request.warm_up_seconds = plan.messages != 0 ? 0 : plan.warm_up_seconds;
  request.seconds = plan.messages != 0 ? 20 : plan.seconds;
  request.rate_hz = plan.rate_hz;
  request.cores = chosen_cores(plan);
  request.priority = plan.priority;
  request.ns_per_tick = measure_ns_per_tick();
  set_text(request.name, fmt::format("b{}", getpid()));
  set_text(request.folder, folder);
  request.arena_bytes = (subject.arena_bytes(plan.bytes) + 4095) / 4096 * 4096;
}

pid_t start(int file, Side side) {
  std::string file_text = std::to_string(file);
  std::string side_text = side == Side::source ? "source" : "sink";
  std::string program = "sluice_bench", command = "side";
  char* arguments[] = {program.data(), command.data(), side_text.data(), file_text.data(), nullptr};
  pid_t pid = -1;
  errno = posix_spawn(&pid, "/proc/self/exe", nullptr, nullptr, arguments, environ);
  if (errno != 0) fail("a process was not started");
  return pid;
}

// Both children, until they have ended: killed when the time is up, or soon after one has failed.
class Children {
 public:
  Children(int file, double seconds) : deadline_(monotonic_ns() + static_cast<std::uint64_t>(seconds * 1e9)) {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, nullptr);
    pids_ = {start(file, Side::source), start(file, Side::sink)};
  }
  /// Empty, or why there is no result.
  std::string wait() {
    std::string problem;
    while (running() > 0) {
      reap(problem);
      if (running() == 0) break;
      if (monotonic_ns() > deadline_) {
        if (problem.empty()) problem = "it did not end in time";
        for (const pid_t pid : pids_) {
          if (pid > 0) kill(pid, SIGKILL);
        }
      }
      sleep_until_a_child_ends();
    }
    return problem;
  }

 private:
  int running() const noexcept { return (pids_[0] > 0 ? 1 : 0) + (pids_[1] > 0 ? 1 : 0); }

  void reap(std::string& problem) {
    for (pid_t& pid : pids_) {
      int status = 0;
      if (pid <= 0 || waitpid(pid, &status, WNOHANG) != pid) continue;
      pid = -1;
      if (WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
      deadline_ = std::min(deadline_, monotonic_ns() + 1'000'000'000);
      if (WIFSIGNALED(status) && problem.empty()) problem = fmt::format("a side ended by signal {}", WTERMSIG(status));
      if (WIFEXITED(status) && WEXITSTATUS(status) > 1 && problem.empty()) problem = "a side could not start";
    }
  }
  static void sleep_until_a_child_ends() {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    const timespec slice{0, 200'000'000};
    sigtimedwait(&child, nullptr, &slice);
  }

  std::array<pid_t, 2> pids_{-1, -1};
  std::uint64_t deadline_;
};

// Pairs of a duration in ns and how often it was.
nlohmann::json histogram_json(const Histogram& histogram, double ns_per_unit) {
  auto buckets = nlohmann::json::array();
  for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    const std::uint64_t count = histogram.count(bucket);
    if (count == 0) continue;
    const double ns = static_cast<double>(Histogram::from(bucket)) * ns_per_unit;
    buckets.push_back({std::round(ns * 10) / 10, count});
  }
  return buckets;
}

nlohmann::json result_json(const Control& control) {
  const Request& asked = control.request;
  const Outcome& source = control.outcomes[0];
  const Outcome& sink = control.outcomes[1];
  nlohmann::json result;
  result["probe_before_ns"] = source.probe_before_ns;
  result["probe_after_ns"] = source.probe_after_ns;
  result["sent"] = source.sent;
  result["received"] = sink.received;
  const Outcome& measuring = is_round_trip(asked.which) ? source : sink;
  result["lost"] = measuring.lost;
  if (asked.which == Case::stream) {
    const Outcome& counting = sink.measured != 0 ? sink : source;  // a limit may have one side only
    if (counting.measured == 0 || counting.seconds <= 0) {
      if (asked.messages == 0) return {{"failure", "too few messages arrived to tell a rate"}};
    } else {
      result["rate_hz"] = static_cast<double>(counting.measured) / counting.seconds;
    }
  } else {
    result["latency_ns"] = histogram_json(measuring.latency, asked.ns_per_tick);
    if (is_round_trip(asked.which)) result["typical_ns"] = histogram_json(measuring.typical, asked.ns_per_tick / 16);
    if (result["latency_ns"].empty()) return {{"failure", "no message was measured"}};
  }
  return result;
}

std::string first_failure(const Control& control) {
  std::string both;
  for (const Outcome& outcome : control.outcomes) {
    const std::string text = outcome.failure.data();
    if (text.empty() || text.starts_with("the other side failed")) continue;
    both += (both.empty() ? "" : "; ") + text;
  }
  return both;
}

}  // namespace

nlohmann::json run(const Plan& plan) {
  const Subject* subject = find_subject(plan.subject);
  if (subject == nullptr) throw std::runtime_error("there is no subject '" + plan.subject + "'");
  if (!subject->can(plan.which)) return {{"failure", fmt::format("it has no {}", to_string(plan.which))}};
  if (!subject->run.contains(plan.bytes)) return {{"failure", fmt::format("it has no {} bytes", plan.bytes)}};
  const Folder folder;
  const Block block((subject->arena_bytes(plan.bytes) + 4095) / 4096 * 4096);
  Control& control = block.control();
  fill_request(control.request, plan, *subject, folder.path());

  Children children(block.file(), control.request.warm_up_seconds + control.request.seconds + 30);
  const std::string problem = children.wait();

  const std::string failure = first_failure(control);
  if (!failure.empty()) return {{"failure", failure}};
  if (!problem.empty()) return {{"failure", problem}};
  return result_json(control);
}

}  // namespace bench
