// Sluice by its public API. Unless the title says otherwise a message is loaned with loan_uninitialized(), since the
// producer writes all of it; loan() writes the defaults first.
#include "../cases.hpp"
#include "../subjects.hpp"
#include "sluice_messages.hpp"
#include "words.hpp"

namespace bench {

namespace {

enum class Zeroing { none, defaults };

template <class Channels, Zeroing zeroing, bool lossless>
struct Sluice {
  static constexpr Traits traits{.lossless = lossless, .sleeps = true};
  static std::size_t arena_bytes(std::size_t) { return 0; }

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) : producer_(Producer::create({.instance = link.name})) {}

    template <class Fill>
    bool try_send(Fill&& fill) {
      auto slot = zeroing == Zeroing::defaults ? producer_.loan() : producer_.loan_uninitialized();
      if (!slot) return false;
      fill(words(*slot));
      return slot.publish();
    }

   private:
    using Producer = sluice::Producer<typename Channels::template Of<Bytes>>;
    Producer producer_;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link)
        : consumer_(Consumer::open_for(std::chrono::seconds(10), {.instance = link.name})) {}

    template <class Read>
    bool try_receive(Read&& read) {
      return use(consumer_.take(), read);
    }
    template <class Read>
    bool receive_for(Read&& read, std::chrono::milliseconds timeout) {
      return use(consumer_.take_for(timeout), read);
    }

   private:
    using Consumer = sluice::Consumer<typename Channels::template Of<Bytes>>;

    template <class Sample, class Read>
    static bool use(Sample sample, Read& read) {
      if (!sample) return false;
      read(words(*sample));
      return true;
    }

    Consumer consumer_;
  };
};

// Sixteen messages at a time, published together.
template <class Channels>
struct SluiceBatches {
  static constexpr Traits traits{.batches = true};
  static std::size_t arena_bytes(std::size_t) { return 0; }

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) : producer_(Producer::create({.instance = link.name})) {}

    template <class Fill>
    bool try_send(Fill&& fill) {
      if (!batch_) {
        batch_ = producer_.loan_batch_uninitialized(16);
        if (!batch_) return false;
      }
      fill(words(batch_[filled_]));
      if (++filled_ == batch_.size()) flush();
      return true;
    }
    void flush() {
      batch_.publish(filled_);
      filled_ = 0;
    }

   private:
    using Producer = sluice::Producer<typename Channels::template Of<Bytes>>;
    Producer producer_;
    typename sluice::LoanBatch<typename Producer::Message> batch_;
    std::size_t filled_ = 0;
  };

  template <std::size_t Bytes>
  using Receiver = typename Sluice<Channels, Zeroing::none, true>::template Receiver<Bytes>;
};

using Fifo = Sluice<FifoChannels, Zeroing::none, true>;
using Few = Sluice<FewChannels, Zeroing::none, true>;
using FifoDefaults = Sluice<FifoChannels, Zeroing::defaults, true>;
using Lifo = Sluice<LifoChannels, Zeroing::none, true>;
using Latest = Sluice<LatestChannels, Zeroing::none, false>;

}  // namespace

std::vector<Subject> sluice_subjects() {
  return {describe_all_sizes<Fifo>("fifo", "Sluice fifo", "sluice"),
          describe_all_sizes<Few>("fifo-4", "Sluice fifo of 4", "sluice"),
          describe_all_sizes<FifoDefaults>("fifo-loan", "Sluice fifo, loan()", "sluice"),
          describe_all_sizes<SluiceBatches<FifoChannels>>("fifo-batch", "Sluice fifo, batches of 16", "sluice"),
          describe_all_sizes<Lifo>("lifo", "Sluice lifo", "sluice"),
          describe_all_sizes<SluiceBatches<LifoChannels>>("lifo-batch", "Sluice lifo, batches of 16", "sluice"),
          describe_all_sizes<Latest>("latest", "Sluice latest", "sluice")};
}

}  // namespace bench
