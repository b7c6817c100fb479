// What a sweep kills: an operation of one role, from a state that makes each of its stores happen.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "stage.hpp"

namespace sweep {

template <class Memory>
struct Operation {
  std::string name;
  Order order;
  Role role;
  std::function<void(Stage<Memory>&)> prepare;
  std::function<void(Stage<Memory>&)> run;
  Reuse reuse = Reuse::in_turn;
};

// A consumer of fifo or lifo gives back in chains of a quarter of this: of three.
inline constexpr std::uint32_t kCapacity = 12;

/// Every slot has been round more than once, so that no count is 0 and no mark as it was made.
template <class Memory>
void warm_up(Stage<Memory>& stage) {
  for (std::uint32_t round = 0; round < kCapacity; ++round) {
    stage.loan_and_publish(1);
    stage.loan_and_publish(1);
    while (stage.take()) stage.release();
  }
}

template <class Memory>
std::vector<Operation<Memory>> operations(Order order) {
  using S = Stage<Memory>;
  std::vector<Operation<Memory>> all;
  const auto add = [&](const char* name, Role role, std::function<void(S&)> prepare, std::function<void(S&)> run) {
    all.push_back({name, order, role, std::move(prepare), std::move(run)});
  };
  const auto producer = Role::producer;
  const auto consumer = Role::consumer;

  add(
      "loan", producer, [](S&) {}, [](S& s) { s.loan(1); });
  const auto three_come_back = [](S& s) {
    s.loan_and_publish(kCapacity);
    for (int message = 0; message < 3; ++message) s.take();
    for (int message = 0; message < 3; ++message) s.release();
    s.roles().consumer.give_back();
  };
  add("two loans of three slots that came back", producer, three_come_back, [](S& s) { s.loan(2); });
  add("two of three slots that came back, loaned at once, and one published", producer, three_come_back, [](S& s) {
    s.loan_at_once(2);
    s.publish(1);
  });
  add("a loan that brings in all three, to reuse the warmest", producer, three_come_back, [](S& s) { s.loan(1); });
  all.back().reuse = Reuse::warmest;
  add(
      "publish", producer, [](S& s) { s.loan(1); }, [](S& s) { s.publish(1); });
  add(
      "publish beside an unread message and a loan", producer,
      [](S& s) {
        s.loan_and_publish(1);
        s.loan(2);
      },
      [](S& s) { s.publish(1); });
  add(
      "publish a batch of three", producer, [](S& s) { s.loan(3); }, [](S& s) { s.publish(3); });
  add(
      "publish a batch of two beside an unread message", producer,
      [](S& s) {
        s.loan_and_publish(1);
        s.loan(3);
      },
      [](S& s) { s.publish(2); });
  add(
      "publish twice", producer, [](S& s) { s.loan(2); },
      [](S& s) {
        s.publish(1);
        s.publish(1);
      });

  add(
      "take", consumer, [](S& s) { s.loan_and_publish(1); }, [](S& s) { s.take(); });
  add(
      "take of three", consumer, [](S& s) { s.loan_and_publish(3); }, [](S& s) { s.take(); });
  add(
      "take beside a kept sample", consumer,
      [](S& s) {
        s.loan_and_publish(1);
        s.take();
        s.loan_and_publish(2);
      },
      [](S& s) {
        s.take();
        s.take();
      });
  add(
      "release of the last", consumer,
      [](S& s) {
        s.loan_and_publish(1);
        s.take();
      },
      [](S& s) { s.release(); });
  add(
      "release and take in turn", consumer, [](S& s) { s.loan_and_publish(4); },
      [](S& s) {
        s.take();
        s.release();
        s.take();
        s.release();
      });
  add(
      "release out of order", consumer,
      [](S& s) {
        s.loan_and_publish(3);
        s.take();
        s.take();
      },
      [](S& s) {
        s.release(1);
        s.release(0);
      });
  const auto two_are_finished = [](S& s) {
    s.loan_and_publish(5);
    for (int message = 0; message < 3; ++message) s.take();
    s.release(0);
    s.release(0);
  };
  add("give back two that wait", consumer, two_are_finished, [](S& s) { s.roles().consumer.give_back(); });
  add("release that fills a chain of three", consumer, two_are_finished, [](S& s) { s.release(0); });
  add("take of the last in hand, which gives back two", consumer, two_are_finished, [](S& s) {
    s.take();
    s.take();
  });
  add(
      "skip what is unread", consumer, [](S& s) { s.loan_and_publish(3); }, [](S& s) { s.skip_unread(); });
  add(
      "publish to a consumer that sleeps", producer,
      [](S& s) {
        s.fall_asleep(Role::consumer);
        s.loan(1);
      },
      [](S& s) { s.publish(1); });
  add(
      "fall asleep and wake up, producer", producer, [](S&) {},
      [](S& s) {
        s.fall_asleep(Role::producer);
        s.wake_up(Role::producer);
      });
  add(
      "give back to a producer that sleeps", consumer,
      [](S& s) {
        s.loan_and_publish(1);
        s.take();
        s.fall_asleep(Role::producer);
      },
      [](S& s) { s.release(0); });
  add(
      "fall asleep and wake up, consumer", consumer, [](S&) {},
      [](S& s) {
        s.fall_asleep(Role::consumer);
        s.wake_up(Role::consumer);
      });
  if (order == Order::latest) {
    add(
        "publish beside kept samples", producer,
        [](S& s) {
          for (int message = 0; message < 2; ++message) {
            s.loan_and_publish(1);
            s.take();
          }
          s.loan_and_publish(1);
          s.loan(1);
        },
        [](S& s) { s.publish(1); });
    add(
        "take of three that the producer did not drop", consumer,
        [](S& s) {
          s.let_producer_lose_each_drop();
          s.loan_and_publish(3);
        },
        [](S& s) { s.take(); });
    add(
        "take beside a kept sample and three that the producer did not drop", consumer,
        [](S& s) {
          s.loan_and_publish(1);
          s.take();
          s.let_producer_lose_each_drop();
          s.loan_and_publish(3);
        },
        [](S& s) {
          s.take();
          s.release(0);
        });
  }
  return all;
}

}  // namespace sweep
