// Cyclone DDS, reliable, all of 64 samples kept, over the loopback interface. Debian's build has no shared memory.
#include <cyclonedds.h>
#include <dds/dds.h>

#include <cstdlib>

#include "../cases.hpp"
#include "../outbox.hpp"
#include "../subjects.hpp"

namespace bench {

namespace {

const char* const kConfiguration =
    "<CycloneDDS><Domain id=\"any\"><General><Interfaces><NetworkInterface name=\"lo\"/></Interfaces>"
    "<AllowMulticast>false</AllowMulticast><MaxMessageSize>65500B</MaxMessageSize></General>"
    "<Discovery><ParticipantIndex>auto</ParticipantIndex><Peers><Peer address=\"127.0.0.1\"/></Peers></Discovery>"
    "</Domain></CycloneDDS>";

template <std::size_t Bytes>
const dds_topic_descriptor_t* type_of() {
  if constexpr (Bytes == 48) return &bench_Content48_desc;
  if constexpr (Bytes == 112) return &bench_Content112_desc;
  if constexpr (Bytes == 4096) return &bench_Content4096_desc;
  if constexpr (Bytes == 65536) return &bench_Content65536_desc;
  if constexpr (Bytes == 1048576) return &bench_Content1048576_desc;
}

dds_entity_t checked(dds_entity_t entity, const char* what) {
  if (entity < 0) throw Refused(std::string("Cyclone DDS: ") + what + ": " + dds_strretcode(entity));
  return entity;
}

// One for each process; it goes with the process.
dds_entity_t participant() {
  static const dds_entity_t made = [] {
    setenv("CYCLONEDDS_URI", kConfiguration, 1);
    return checked(dds_create_participant(DDS_DOMAIN_DEFAULT, nullptr, nullptr), "no participant");
  }();
  return made;
}

template <std::size_t Bytes>
dds_entity_t topic_of(const Link& link) {
  return checked(dds_create_topic(participant(), type_of<Bytes>(), link.name.c_str(), nullptr, nullptr), "no topic");
}

struct Quality {
  Quality() : qos(dds_create_qos()) {
    dds_qset_reliability(qos, DDS_RELIABILITY_RELIABLE, DDS_SECS(10));
    dds_qset_history(qos, DDS_HISTORY_KEEP_ALL, 0);
    dds_qset_resource_limits(qos, 64, 1, 64);
  }
  ~Quality() { dds_delete_qos(qos); }
  Quality(const Quality&) = delete;
  Quality& operator=(const Quality&) = delete;
  dds_qos_t* qos;
};

struct CycloneDds {
  static constexpr Traits traits{.sleeps = true, .threaded = true};
  static std::size_t arena_bytes(std::size_t) { return 0; }

  template <std::size_t Bytes>
  class Sender {
   public:
    explicit Sender(const Link& link) {
      const Quality quality;
      writer_ = checked(dds_create_writer(participant(), topic_of<Bytes>(link), quality.qos, nullptr), "no writer");
      until("a reader", [&] {
        dds_publication_matched_status_t status;
        return dds_get_publication_matched_status(writer_, &status) == 0 && status.current_count > 0;
      });
    }
    template <class Fill>
    bool try_send(Fill&& fill) {
      const dds_return_t code = dds_write(writer_, &out_.filled_by(fill));
      if (code == DDS_RETCODE_TIMEOUT) return false;
      checked(code, "dds_write");
      out_.done();
      return true;
    }

   private:
    dds_entity_t writer_ = 0;
    Outbox<Bytes> out_;
  };

  template <std::size_t Bytes>
  class Receiver {
   public:
    explicit Receiver(const Link& link) {
      const Quality quality;
      reader_ = checked(dds_create_reader(participant(), topic_of<Bytes>(link), quality.qos, nullptr), "no reader");
      dds_set_status_mask(reader_, DDS_DATA_AVAILABLE_STATUS);
      waits_ = checked(dds_create_waitset(participant()), "no waitset");
      dds_waitset_attach(waits_, reader_, 0);
      until("a writer", [&] {
        dds_subscription_matched_status_t status;
        return dds_get_subscription_matched_status(reader_, &status) == 0 && status.current_count > 0;
      });
    }
    template <class Read>
    bool try_receive(Read&& read) {
      void* sample = content_.get();
      dds_sample_info_t info;
      const dds_return_t got = dds_take(reader_, &sample, &info, 1, 1);
      if (checked(got, "dds_take") == 0 || !info.valid_data) return false;
      read(content_->words);
      return true;
    }
    template <class Read>
    bool receive_for(Read&& read, std::chrono::milliseconds timeout) {
      if (try_receive(read)) return true;
      dds_waitset_wait(waits_, nullptr, 0, DDS_MSECS(timeout.count()));
      return try_receive(read);
    }

   private:
    dds_entity_t reader_ = 0;
    dds_entity_t waits_ = 0;
    std::unique_ptr<Content<Bytes>> content_ = std::make_unique<Content<Bytes>>();
  };
};

}  // namespace

std::vector<Subject> cyclonedds_subjects() {
  return {describe_all_sizes<CycloneDds>("cyclonedds", "Cyclone DDS, loopback", "framework")};
}

}  // namespace bench
