// Creates or opens a channel, uses it for a moment and leaves, over and over, until its input ends:
//   attach_peer <producer|consumer> <instance> <seed>
// While attached it looks whether the window still has its name. What may never happen is said, and ends it.
// At the end: "attached <times>".
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>
#include <string>

#include "relay_messages.hpp"

namespace {

using sluice::ErrorCode;

bool input_has_ended() {
  struct pollfd input {
    STDIN_FILENO, POLLIN, 0
  };
  return poll(&input, 1, 0) > 0;
}

// The inode of the window that this process maps, whatever its name says by now.
ino_t mapped_inode() {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find("/dev/shm/") == std::string::npos) continue;
    std::istringstream words(line);
    std::string skipped;
    ino_t inode = 0;
    words >> skipped >> skipped >> skipped >> skipped >> inode;
    return inode;
  }
  return 0;
}

class Worker {
 public:
  Worker(const std::string& instance, unsigned seed)
      : instance_(instance),
        path_("/dev/shm/sluice." + std::to_string(geteuid()) + ".tests.relay." + instance),
        random_(seed) {}

  int run(bool produces) {
    while (!input_has_ended()) {
      if (!(produces ? produce() : consume())) return 1;
    }
    std::printf("attached %lu\n", attached_);
    return 0;
  }

 private:
  bool produce() {
    auto producer = tests::RelayProducer::try_create({.instance = instance_});
    if (!producer) return may_be(producer.error(), ErrorCode::role_taken);
    return stay([&] {
      if (auto loan = producer->loan()) {
        tests::fill(*loan, 7);
        loan.publish();
      }
      return true;
    });
  }
  bool consume() {
    auto consumer = tests::RelayConsumer::try_open({.instance = instance_});
    if (!consumer) return may_be(consumer.error(), ErrorCode::window_missing);
    return stay([&] {
      const auto sample = consumer->take();
      if (sample && !tests::is_filled(*sample, 7)) return say("a message is not whole");
      return consumer->status() == sluice::Reason::none || say(consumer->fault()->what());
    });
  }

  template <class Use>
  bool stay(const Use& use) {
    ++attached_;
    busy_in_a_row_ = 0;
    const ino_t inode = mapped_inode();
    for (auto rounds = random_() % 4; rounds > 0; --rounds) {
      struct stat named {};
      if (stat(path_.c_str(), &named) != 0) return say("the name is gone under an attached role");
      if (named.st_ino != inode) return say("the name leads to another window than the attached one");
      if (!use()) return false;
      sched_yield();
    }
    return true;
  }

  // Set-up is not waited for in a queue: on a busy machine one of fifty may find it taken for two seconds.
  bool may_be(const sluice::Error& error, ErrorCode expected) {
    if (error.code() == ErrorCode::busy) return ++busy_in_a_row_ < 5 || say(error.what());
    busy_in_a_row_ = 0;
    return error.code() == expected || error.code() == ErrorCode::role_taken || say(error.what());
  }
  static bool say(const char* what) {
    std::printf("%s\n", what);
    return false;
  }

  std::string instance_;
  std::string path_;
  std::minstd_rand random_;
  unsigned long attached_ = 0;
  int busy_in_a_row_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  return Worker(argv[2], static_cast<unsigned>(std::stoul(argv[3]))).run(std::string(argv[1]) == "producer");
}
