#include <doctest/doctest.h>

#include <csignal>

#include <child_process.hpp>

TEST_CASE("without exceptions, push_back past the bound prints the sentence and aborts") {
  ChildProcess program{"no_exceptions_peer", {"push_back"}};

  CHECK(program.read_line() == "sluice: field 'Imu.peaks' (f32[<=1]) holds at most 1, not 2");

  CHECK(program.wait() == -SIGABRT);
}

TEST_CASE("without exceptions, a set-up error prints the sentence and aborts") {
  ChildProcess program{"no_exceptions_peer", {"create"}};

  CHECK(program.read_line() == "sluice: channel 'tests.relay': instance name 'Not Valid' is not valid");

  CHECK(program.wait() == -SIGABRT);
}

TEST_CASE("without exceptions, the try_ twin returns the error") {
  ChildProcess program{"no_exceptions_peer", {"try_create"}};

  CHECK(program.wait() == 0);
}
