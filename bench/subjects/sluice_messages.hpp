// Which generated channel has which order and size.
#pragma once

#include <bench/channels/few_1048576.channel.hpp>
#include <bench/channels/few_112.channel.hpp>
#include <bench/channels/few_4096.channel.hpp>
#include <bench/channels/few_48.channel.hpp>
#include <bench/channels/few_65536.channel.hpp>
#include <bench/channels/fifo_1048576.channel.hpp>
#include <bench/channels/fifo_112.channel.hpp>
#include <bench/channels/fifo_4096.channel.hpp>
#include <bench/channels/fifo_48.channel.hpp>
#include <bench/channels/fifo_65536.channel.hpp>
#include <bench/channels/latest_1048576.channel.hpp>
#include <bench/channels/latest_112.channel.hpp>
#include <bench/channels/latest_4096.channel.hpp>
#include <bench/channels/latest_48.channel.hpp>
#include <bench/channels/latest_65536.channel.hpp>
#include <bench/channels/lifo_1048576.channel.hpp>
#include <bench/channels/lifo_112.channel.hpp>
#include <bench/channels/lifo_4096.channel.hpp>
#include <bench/channels/lifo_48.channel.hpp>
#include <bench/channels/lifo_65536.channel.hpp>
#include <cstddef>

namespace bench {

struct FifoChannels {
  template <std::size_t Bytes>
  struct Of;
};
template <>
struct FifoChannels::Of<48> : channels::Fifo48Channel {};
template <>
struct FifoChannels::Of<112> : channels::Fifo112Channel {};
template <>
struct FifoChannels::Of<4096> : channels::Fifo4096Channel {};
template <>
struct FifoChannels::Of<65536> : channels::Fifo65536Channel {};
template <>
struct FifoChannels::Of<1048576> : channels::Fifo1048576Channel {};

struct FewChannels {  // of 4 slots
  template <std::size_t Bytes>
  struct Of;
};
template <>
struct FewChannels::Of<48> : channels::Few48Channel {};
template <>
struct FewChannels::Of<112> : channels::Few112Channel {};
template <>
struct FewChannels::Of<4096> : channels::Few4096Channel {};
template <>
struct FewChannels::Of<65536> : channels::Few65536Channel {};
template <>
struct FewChannels::Of<1048576> : channels::Few1048576Channel {};

struct LifoChannels {
  template <std::size_t Bytes>
  struct Of;
};
template <>
struct LifoChannels::Of<48> : channels::Lifo48Channel {};
template <>
struct LifoChannels::Of<112> : channels::Lifo112Channel {};
template <>
struct LifoChannels::Of<4096> : channels::Lifo4096Channel {};
template <>
struct LifoChannels::Of<65536> : channels::Lifo65536Channel {};
template <>
struct LifoChannels::Of<1048576> : channels::Lifo1048576Channel {};

struct LatestChannels {
  template <std::size_t Bytes>
  struct Of;
};
template <>
struct LatestChannels::Of<48> : channels::Latest48Channel {};
template <>
struct LatestChannels::Of<112> : channels::Latest112Channel {};
template <>
struct LatestChannels::Of<4096> : channels::Latest4096Channel {};
template <>
struct LatestChannels::Of<65536> : channels::Latest65536Channel {};
template <>
struct LatestChannels::Of<1048576> : channels::Latest1048576Channel {};

}  // namespace bench
