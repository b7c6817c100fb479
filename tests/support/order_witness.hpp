// What a consumer of order lifo or latest may see of a channel that runs beside it, message by message.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <sluice/channel_info.hpp>

/// Tell it before each take what was published by then, and behind it which message came.
class OrderWitness {
 public:
  OrderWitness(sluice::Order order, std::uint64_t messages) : order_(order), messages_(messages), seen_(messages + 1) {}

  void about_to_take(std::uint64_t published) { published_ = published; }

  /// Whether message `number` was a right one to get now: never twice, and none older than what was there already,
  /// unless the newest had come before (lifo). Latest never goes back.
  bool may_come(std::uint64_t number) {
    if (number == 0 || number > messages_ || seen_[number]) return false;
    const bool newest_had_come = highest_ >= published_;
    const bool is_new_enough = order_ == sluice::Order::lifo ? newest_had_come || number >= published_
                                                             : number > highest_ && number >= published_;
    seen_[number] = true;
    ++count_;
    highest_ = std::max(highest_, number);
    return is_new_enough;
  }

  /// Whether all that must come has come.
  bool is_complete() const { return order_ == sluice::Order::lifo ? count_ == messages_ : highest_ == messages_; }
  std::uint64_t count() const { return count_; }

 private:
  sluice::Order order_;
  std::uint64_t messages_;
  std::vector<bool> seen_;
  std::uint64_t published_ = 0;
  std::uint64_t highest_ = 0;
  std::uint64_t count_ = 0;
};
