// The peer of the channel that most tests use.
#include "peer.hpp"
#include "relay_messages.hpp"

int main(int argc, char** argv) { return tests::run_peer<tests::RelayChannel>(argc, argv); }
