// What the generated exchange programs share: one message through a window, comparisons bit by bit, a count of those
// that failed. program.py writes the rest.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <limits>
#include <memory>
#include <sluice/channel.hpp>
#include <string>
#include <string_view>
#include <type_traits>

inline int& differences() {
  static int count = 0;
  return count;
}

inline const char*& current_channel() {
  static const char* name = "";
  return name;
}

inline void differ(const char* place) {
  ++differences();
  std::fprintf(stderr, "%s: %s differs\n", current_channel(), place);
}

template <class T>
void expect(const char* place, T found, T sent) {
  bool is_same = found == sent && std::memcmp(&found, &sent, sizeof sent) == 0;
  if constexpr (std::is_floating_point_v<T>) is_same = is_same || (found != found && sent != sent);
  if (!is_same) differ(place);
}

template <class T, class List>
void expect_list(const char* place, const List& found, std::initializer_list<T> sent) {
  if (found.size() != sent.size()) return differ(place);
  std::size_t at = 0;
  for (const T& value : sent) expect<T>(place, static_cast<T>(found[at++]), value);
}

inline void expect_text(const char* place, std::string_view found, std::string_view sent) {
  if (found != sent) differ(place);
}

template <class Channel, class Fill, class Check>
void exchange(const char* name, const std::string& folder, Fill fill, Check check) {
  using Message = typename Channel::Message;
  current_channel() = name;
  auto ends = sluice::in_process<Channel>();
  auto slot = ends.producer.loan();
  if (!slot) return differ("loan");
  fill(*slot);
  slot.publish();
  const auto sample = ends.consumer.take();
  if (!sample) return differ("take");
  check(*sample);
  const auto assigned = std::make_unique<Message>();
  *assigned = *sample;
  check(*assigned);
  std::ofstream file(folder + "/" + name + ".bin", std::ios::binary);
  file.write(reinterpret_cast<const char*>(&*sample), sizeof(Message));
  auto again = ends.producer.loan();  // defaults, where values were
  if (again) again.publish();
}
