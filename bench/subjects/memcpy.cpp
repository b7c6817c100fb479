// A limit for everything that copies: memcpy from one pool of 64 messages to another, in one process, and nothing
// else. No content is written or summed.
#include <algorithm>
#include <cstring>
#include <vector>

#include "../content.hpp"
#include "../subjects.hpp"
#include "../ticks.hpp"

namespace bench {

namespace {

inline constexpr std::size_t kPool = 64;
inline constexpr std::uint64_t kRound = 64;  // messages between two looks at the clock

void copy_for(Session& session, std::size_t bytes) {
  const Request& asked = session.request();
  std::vector<std::uint64_t> from(kPool * bytes / 8, 1), to(kPool * bytes / 8, 2);
  const std::size_t stride = bytes / 8;
  const Ticks measure_from = now() + session.ticks(asked.warm_up_seconds);
  const Ticks until = measure_from + session.ticks(asked.seconds);
  const std::uint64_t limit = asked.messages != 0 ? asked.messages : std::uint64_t{1} << 62;
  Ticks begin = 0, at = now();
  std::uint64_t copied = 0, measured = 0;
  while (at < until && copied < limit) {
    for (std::uint64_t message = 0; message < kRound; ++message, ++copied) {
      const std::size_t slot = copied % kPool * stride;
      std::memcpy(&to[slot], &from[slot], bytes);
      asm volatile("" : : "r"(to.data()) : "memory");  // the copy is used, for all that the compiler knows
    }
    at = now();
    if (begin != 0) measured += kRound;
    if (begin == 0 && at >= measure_from) begin = at;
  }
  session.outcome().sent = copied;
  session.outcome().measured = measured;
  session.outcome().seconds = begin == 0 ? 0 : session.seconds(at - begin);
  if (!std::equal(to.begin(), to.end(), from.begin()) && copied >= kPool) throw Refused("a copy is not equal");
}

template <std::size_t Bytes>
void run_side_of_memcpy(Session& session) {
  session.outcome().probe_before_ns = session.probe();
  if (session.side() == Side::source) copy_for(session, Bytes);
  session.outcome().probe_after_ns = session.probe();
}

template <std::size_t... Bytes>
Subject memcpy_of() {
  const Traits traits{.one_process = true};
  Subject subject{"memcpy", "memcpy alone", "limit", traits, [](std::size_t) -> std::size_t { return 0; }, {}};
  (subject.run.emplace(Bytes, run_side_of_memcpy<Bytes>), ...);
  return subject;
}

}  // namespace

std::vector<Subject> memcpy_subjects() { return {memcpy_of<48, 112, 4096, 65536, 1048576>()}; }

}  // namespace bench
