// Set-up while the process forks, and while memory runs out at any allocation.
#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <string>
#include <thread>

#include <demo/imu.channel.hpp>

namespace {

// Counts down to the allocation that fails; negative: none does.
thread_local long allocations_left = -1;

bool fails_now() { return allocations_left >= 0 && allocations_left-- == 0; }

std::ptrdiff_t open_files() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return std::distance(begin(entries), end(entries));
}

int exit_code_of(pid_t child) {
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

void* operator new(std::size_t bytes) {
  if (fails_now()) throw std::bad_alloc();
  void* const memory = std::malloc(bytes > 0 ? bytes : 1);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

TEST_CASE("a process that forks while another of its threads sets channels up has healthy children") {
  std::atomic<bool> stop{false};
  std::thread setting_up([&] {
    while (!stop) {
      if (!sluice::try_in_process<demo::ImuChannel>()) std::abort();
    }
  });

  int healthy = 0;
  for (int count = 0; count < 500; ++count) {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    healthy += exit_code_of(child) == 0 ? 1 : 0;
  }
  stop = true;
  setting_up.join();

  CHECK(healthy == 500);
}

TEST_CASE("set-up that runs out of memory at any allocation leaves no file, no lock and no name behind") {
  sluice::CreateOptions creating;
  creating.instance = "oom" + std::to_string(getpid());
  sluice::OpenOptions opening;
  opening.instance = creating.instance;
  demo::ImuProducer::create(creating);  // what the library makes once is there now
  const std::ptrdiff_t files = open_files();

  bool done = false;
  int failed = 0;
  for (long survives = 0; !done; ++survives) {
    try {
      allocations_left = survives;
      auto producer = demo::ImuProducer::create(creating);
      auto consumer = demo::ImuConsumer::open(opening);
      done = allocations_left >= 0;
      allocations_left = -1;
    } catch (const std::bad_alloc&) {
      allocations_left = -1;
      ++failed;
    }
    REQUIRE(open_files() == files);
    REQUIRE_FALSE(demo::ImuConsumer::try_open(opening));
    const pid_t child = fork();  // would hang if a failure had kept fork() waiting
    if (child == 0) _exit(0);
    REQUIRE(exit_code_of(child) == 0);
  }

  CHECK(failed > 10);
}
