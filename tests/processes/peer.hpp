// A process that does to a channel what it is told to, line by line, and answers each line with one line.
// Tests start it as a ChildProcess: its answers are their synchronisation.
// A channel's program says what a message holds: fill(message, number), and describe(message), both found by ADL.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <sluice/channel.hpp>

#include "process_verbs.hpp"

namespace tests {

inline std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', '\x1f');
  return text;
}

inline std::string answer(const sluice::Error& error) {
  return one_line(std::string(sluice::to_string(error.code())) + " " + error.what());
}

template <class Channel>
class Peer {
  using Message = typename Channel::Message;
  using Producer = sluice::Producer<Channel>;
  using Consumer = sluice::Consumer<Channel>;

 public:
  explicit Peer(std::string instance) : instance_(std::move(instance)) {}

  int run() {
    for (std::string line; std::getline(std::cin, line);) {
      std::istringstream words(line);
      std::string verb;
      words >> verb;
      const std::string said = obey(verb, words);
      if (!said.empty()) std::cout << said << std::endl;
    }
    return 0;
  }

 private:
  std::string obey(const std::string& verb, std::istringstream& words) {
    if (verb == "create") return create(words);
    if (verb == "open") return open(words);
    if (verb == "open_for") return open_for(words);
    if (verb == "publish") return publish(number(words));
    if (verb == "loan") return loan(number(words));
    if (verb == "loan_for") return loan_for(milliseconds(words));
    if (verb == "publish_loans") return publish_loans();
    if (verb == "drop_loans") return loans_.clear(), "dropped";
    if (verb == "take") return take(number(words), false);
    if (verb == "hold") return take(number(words), true);
    if (verb == "release") return samples_.clear(), "released";
    if (verb == "take_for") return take_for(milliseconds(words));
    if (verb == "describe") return describe_next();
    if (verb == "where") return where();
    if (verb == "wait_for_consumer") return outcome(producer_->wait_for_consumer(milliseconds(words)));
    if (verb == "drain") return outcome(producer_->drain(milliseconds(words)));
    if (verb == "stats") return stats();
    if (verb == "leave") return leave();
    if (verb == "fork") return fork_and_try();
    return obey_as_process(verb, words);
  }

  static std::uint64_t number(std::istringstream& words) {
    std::uint64_t value = 0;
    words >> value;
    return value;
  }
  static std::chrono::milliseconds milliseconds(std::istringstream& words) {
    return std::chrono::milliseconds{number(words)};
  }

  std::string create(std::istringstream& words) {
    sluice::CreateOptions options;
    options.instance = instance_;
    for (std::string word; words >> word;) {
      if (word == "keep") options.keep = true;
      if (word == "poll") options.wait = sluice::Wait::poll;
      if (word == "lock_memory") options.lock_memory = true;
      if (word.starts_with("group=")) options.group = word.substr(6);
      if (word.starts_with("mode=")) options.mode = static_cast<unsigned>(std::stoul(word.substr(5), nullptr, 8));
    }
    auto made = Producer::try_create(options);
    if (!made) return answer(made.error());
    producer_.emplace(std::move(*made));
    return "created";
  }

  static sluice::OpenOptions open_options(const std::string& instance, std::istringstream& words) {
    sluice::OpenOptions options;
    options.instance = instance;
    for (std::string word; words >> word;) {
      if (word == "newest") options.start = sluice::Start::newest;
      if (word == "poll") options.wait = sluice::Wait::poll;
      if (word == "lock_memory") options.lock_memory = true;
    }
    return options;
  }
  std::string open(std::istringstream& words) { return opened(Consumer::try_open(open_options(instance_, words))); }
  std::string open_for(std::istringstream& words) {
    const auto timeout = milliseconds(words);
    return opened(Consumer::try_open_for(timeout, open_options(instance_, words)));
  }
  std::string opened(sluice::Result<Consumer> made) {
    if (!made) return answer(made.error());
    consumer_.emplace(std::move(*made));
    return "opened";
  }

  std::string publish(std::uint64_t count) {
    for (std::uint64_t at = 0; at < count; ++at) {
      auto loan = producer_->loan();
      if (!loan) return sluice::to_string(loan.reason());
      fill(*loan, producer_->stats().published + 1);
      loan.publish();
    }
    return "published";
  }
  std::string loan(std::uint64_t count) {
    for (std::uint64_t at = 0; at < count; ++at) {
      auto loan = producer_->loan();
      if (!loan) break;
      loans_.push_back(std::move(loan));
      fill(*loans_.back(), producer_->stats().published + loans_.size());
    }
    return std::to_string(loans_.size());
  }
  std::string loan_for(std::chrono::milliseconds timeout) {
    auto loan = producer_->loan_for(timeout);
    if (!loan) return sluice::to_string(loan.reason());
    loans_.push_back(std::move(loan));
    return "loaned";
  }
  std::string publish_loans() {
    for (auto& loan : loans_) loan.publish();
    loans_.clear();
    return "published";
  }

  // "3", or "3!" for a repeat; "3?" if the content is not the third's.
  static std::string shown(const sluice::Sample<Message>& sample) {
    Message expected;
    fill(expected, sample.sequence());
    const bool right = describe(*sample) == describe(expected);
    return std::to_string(sample.sequence()) + (sample.redelivered() ? "!" : "") + (right ? "" : "?");
  }
  std::string take(std::uint64_t most, bool hold) {
    std::string said;
    for (std::uint64_t at = 0; at < most; ++at) {
      auto sample = consumer_->take();
      if (!sample) return said + sluice::to_string(sample.reason());
      said += shown(sample) + (at + 1 < most ? " " : "");
      if (hold) samples_.push_back(std::move(sample));
    }
    return said;
  }
  std::string take_for(std::chrono::milliseconds timeout) {
    const auto sample = consumer_->take_for(timeout);
    return sample ? shown(sample) : sluice::to_string(sample.reason());
  }
  std::string describe_next() {
    const auto sample = consumer_->take_for(std::chrono::seconds{10});
    return sample ? describe(*sample) : sluice::to_string(sample.reason());
  }

  // Whether the next message is read where the producer wrote it.
  std::string where() {
    const auto sample = consumer_->take_for(std::chrono::seconds{10});
    if (!sample) return sluice::to_string(sample.reason());
    const auto address = reinterpret_cast<std::uintptr_t>(&*sample);
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
      std::uintptr_t begin = 0;
      std::uintptr_t end = 0;
      char dash = 0;
      std::istringstream(line) >> std::hex >> begin >> dash >> end;
      if (address >= begin && address < end) return line.find("/dev/shm/") != std::string::npos ? "in place" : "a copy";
    }
    return "nowhere";
  }

  static std::string outcome(sluice::Waited waited) { return waited ? "yes" : sluice::to_string(waited.reason()); }
  std::string stats() const {
    if (!producer_ && !consumer_) return "no endpoint";
    const sluice::Stats stats = producer_ ? producer_->stats() : consumer_->stats();
    std::ostringstream said;
    said << "published " << stats.published << " taken " << stats.taken << " rejected " << stats.rejected
         << " redelivered " << stats.redelivered << " depth " << stats.depth;
    return said.str();
  }
  std::string leave() {
    loans_.clear();
    samples_.clear();
    producer_.reset();
    consumer_.reset();
    return "left";
  }

  // All that a forked child may try with what it inherited; its one line is the answer.
  std::string fork_and_try() {
    std::cout.flush();
    const pid_t child = fork();
    if (child == 0) {
      std::cout << try_everything() << std::endl;
      _exit(0);
    }
    waitpid(child, nullptr, 0);
    return "";
  }
  std::string try_everything() {
    std::ostringstream said;
    if (producer_) {
      for (auto& loan : loans_) fill(*loan, 999);  // memory of its own: the parent's loans stay as they are
      for (auto& loan : loans_) said << "publish " << (loan.publish() ? "yes" : "no") << ", ";
      loans_.clear();
      said << "loan: " << sluice::to_string(producer_->loan().reason())
           << ", loan_for: " << sluice::to_string(producer_->loan_for(std::chrono::seconds{5}).reason())
           << ", loan_batch: " << sluice::to_string(producer_->loan_batch(2).reason())
           << ", drain: " << outcome(producer_->drain(std::chrono::seconds{5}))
           << ", wait_for_consumer: " << outcome(producer_->wait_for_consumer(std::chrono::seconds{5}))
           << ", status: " << sluice::to_string(producer_->status()) << ", published " << producer_->stats().published
           << ", fault: " << answer(*producer_->fault());
    }
    if (consumer_) {
      for (const auto& sample : samples_) said << "sees " << describe(*sample) << ", ";
      samples_.clear();
      said << "take: " << sluice::to_string(consumer_->take().reason())
           << ", take_for: " << sluice::to_string(consumer_->take_for(std::chrono::seconds{5}).reason())
           << ", status: " << sluice::to_string(consumer_->status()) << ", published " << consumer_->stats().published
           << ", fault: " << answer(*consumer_->fault());
    }
    producer_.reset();
    consumer_.reset();
    return said.str();
  }
  std::string instance_;
  std::optional<Producer> producer_;
  std::optional<Consumer> consumer_;
  std::vector<sluice::Loan<Message>> loans_;
  std::vector<sluice::Sample<Message>> samples_;
};

/// main() of a peer program: `peer <instance> [<user id>]` does its work as that user.
template <class Channel>
int run_peer(int argc, char** argv) {
  if (argc < 2) return 2;
  if (argc > 2) {
    const auto id = static_cast<uid_t>(std::stoul(argv[2]));
    if (setgid(id) != 0 || setuid(id) != 0) return 3;
  }
  return Peer<Channel>(argv[1]).run();
}

}  // namespace tests
