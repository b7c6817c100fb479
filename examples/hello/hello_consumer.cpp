// Prints what hello_producer says. Either program may be started first.
#include <chrono>
#include <iostream>

#include <demo/hello.channel.hpp>

using namespace std::chrono_literals;

int main() {
  auto hello = demo::HelloConsumer::open_for(30s);
  while (auto sample = hello.take_for(1s)) {
    std::cout << sample.sequence() << ": " << sample->text << "\n";
  }
}
