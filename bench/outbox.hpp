// For subjects that copy: a buffer of their own memory that is filled once for each message, however often the
// transport says that it has no room yet.
#pragma once

#include <memory>

#include "content.hpp"

namespace bench {

template <std::size_t Bytes>
class Outbox {
 public:
  template <class Fill>
  const Content<Bytes>& filled_by(Fill&& fill) {
    if (!filled_) fill(content_->words);
    filled_ = true;
    return *content_;
  }
  /// The message is on its way: the next one may be filled.
  void done() noexcept { filled_ = false; }

 private:
  std::unique_ptr<Content<Bytes>> content_ = std::make_unique<Content<Bytes>>();
  bool filled_ = false;
};

}  // namespace bench
