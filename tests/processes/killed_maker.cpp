// Makes the relay channel's window as a producer does, and dies by SIGKILL at the one moment that matters:
//   killed_maker <instance> <before|after>   the window has got its name
#include <csignal>
#include <string>

#include <window.hpp>

#include "relay_messages.hpp"

int main(int argc, char** argv) {
  using namespace sluice::detail;
  if (argc != 3) return 2;
  const auto& info = tests::RelayChannel::info;
  const ChannelName name{info.name, argv[1]};
  auto made = make_window(name, info, construct<tests::Relay>, {}, FileKind::named_later);
  if (!made) return 1;
  if (std::string(argv[2]) == "before") raise(SIGKILL);
  auto naming = publish_window(name, *made, name.path(NameKind::own));
  if (!naming || *naming != Naming::done) return 1;
  raise(SIGKILL);
}
