// Says three things to whoever listens, then leaves.
#include <chrono>
#include <cstdio>

#include <demo/hello.channel.hpp>

using namespace std::chrono_literals;

int main() {
  auto hello = demo::HelloProducer::create();
  if (!hello.wait_for_consumer(30s)) {
    std::puts("nobody listens: start hello_consumer");
    return 1;
  }
  for (const char* text : {"hello", "shared", "memory"}) {
    if (auto slot = hello.loan()) {
      slot->text = text;
      slot.publish();
    }
  }
  return hello.drain(1s) ? 0 : 1;  // a producer that leaves takes unread messages along
}
