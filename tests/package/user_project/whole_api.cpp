// Every function of the API for one channel: the linker must find all that headers reach in the library.
#include <cstdio>

#include <nav/pose.channel.hpp>

template class sluice::Producer<nav::PoseChannel>;
template class sluice::Consumer<nav::PoseChannel>;
template class sluice::Loan<nav::Pose>;
template class sluice::LoanBatch<nav::Pose>;
template class sluice::Sample<nav::Pose>;

int main() {
  const auto made = sluice::try_in_process<nav::PoseChannel>();
  if (made) return 0;
  std::printf("%s: %s, %s\n", to_string(made.error().code()), made.error().what(), to_string(sluice::Reason::none));
  return 1;
}
