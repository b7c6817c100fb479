// The parts of the command `sluice` that need no other program's schema, at their limits.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "descriptor_generated.h"
#include "git_revision.hpp"
#include "nearest.hpp"
#include "process.hpp"
#include "schema_diff.hpp"
#include "schema_files.hpp"
#include "temporary_folder.hpp"
#include "tool_error.hpp"

using namespace sluice::tools;
namespace fs = std::filesystem;

namespace {

// A channel of one field, whose unit may differ.
class Channel {
 public:
  Channel(std::uint16_t major, std::uint16_t minor, const char* unit) {
    const std::vector fields{sluice::descriptor::CreateFieldDirect(builder_, "stamp", "u64", 16, 8, 0, unit)};
    const auto message = sluice::descriptor::CreateTypeDirect(builder_, "Imu", false, 32, 24, 8, &fields);
    const std::vector<flatbuffers::Offset<sluice::descriptor::Type>> types;
    const std::vector<flatbuffers::Offset<sluice::descriptor::Enum>> enums;
    const std::vector<flatbuffers::Offset<sluice::descriptor::Constant>> constants;
    builder_.Finish(sluice::descriptor::CreateChannelDirect(
        builder_, "demo.imu", major, minor, sluice::descriptor::Order::fifo, sluice::descriptor::Overflow::reject, 8, 0,
        0, message, &types, &enums, &constants));
  }
  const sluice::descriptor::Channel& get() const {
    return *sluice::descriptor::GetChannel(builder_.GetBufferPointer());
  }

 private:
  flatbuffers::FlatBufferBuilder builder_;
};

std::string next_version(const Channel& old_schema, const Channel& new_schema) {
  const auto next = diff(old_schema.get(), new_schema.get()).next_version;
  return next ? std::to_string(next->major) + "." + std::to_string(next->minor) : "none";
}

}  // namespace

TEST_CASE("the nearest word is the one of the fewest changes, and none is near if most letters differ") {
  const std::vector<std::string> words{"diff", "doctor", "inspect"};

  CHECK(nearest("dif", words) == "diff");
  CHECK(nearest("dofctor", words) == "doctor");
  CHECK(nearest("inpsect", words) == "inspect");
  CHECK(nearest("xyzzy", words) == std::nullopt);
  CHECK(nearest("", words) == std::nullopt);
  CHECK(nearest("diff", {}) == std::nullopt);
}

TEST_CASE("a revision ends at the first colon outside of braces") {
  CHECK(split_revision("HEAD~3:schemas/imu.yaml")->revision == "HEAD~3");
  CHECK(split_revision("HEAD~3:schemas/imu.yaml")->path == "schemas/imu.yaml");
  CHECK(split_revision("main@{10:30}:a:b.yaml")->revision == "main@{10:30}");
  CHECK(split_revision("main@{10:30}:a:b.yaml")->path == "a:b.yaml");
  CHECK(split_revision("v1:")->path.empty());
  CHECK(!split_revision("schemas/imu.yaml"));
  CHECK(!split_revision(":imu.yaml"));
}

TEST_CASE("a program's words are kept whole, however many, and its exit code or signal is told") {
  const Finished finished =
      run_program({"sh", "-c", "head -c 1000000 /dev/zero; echo complaint >&2; pwd >&2; exit 7"}, "/usr");
  CHECK(finished.output.size() == 1'000'000);
  CHECK(finished.complaint == "complaint\n/usr\n");
  CHECK(finished.exit_code == 7);

  CHECK(run_program({"sh", "-c", "kill -9 $$"}, "/").exit_code == 128 + 9);
  CHECK(run_program({"cat"}, "/").exit_code == 0);  // nothing to read: it does not wait for the terminal
}

TEST_CASE("a program that cannot be started is an error that names it") {
  CHECK_THROWS_WITH_AS(run_program({"no-such-program-anywhere"}, "/"),
                       "sluice: cannot run no-such-program-anywhere: No such file or directory", ToolError);
}

TEST_CASE("a temporary folder goes with all that is in it") {
  fs::path path;
  {
    const TemporaryFolder folder;
    path = folder.path();
    fs::create_directory(path / "in");
    std::ofstream(path / "in" / "file") << "text";
    CHECK(fs::exists(path / "in" / "file"));
  }
  CHECK(!fs::exists(path));
}

TEST_CASE("the version to take counts on from the old one, as far as there are numbers") {
  CHECK(next_version({1, 2, "ns"}, {1, 2, "us"}) == "2.0");
  CHECK(next_version({1, 2, "ns"}, {1, 5, "us"}) == "2.0");
  CHECK(next_version({1, 2, "ns"}, {1, 1, "ns"}) == "1.2");
  CHECK(next_version({1, 2, "ns"}, {2, 0, "us"}) == "none");
  CHECK(next_version({1, 2, "ns"}, {1, 3, "ns"}) == "none");
  CHECK(next_version({65535, 2, "ns"}, {65535, 2, "us"}) == "none");
}

TEST_CASE("both directions of a comparison refuse, or neither does") {
  const Channel versions[] = {{1, 0, "ns"}, {1, 0, "us"}, {1, 1, "ns"}, {1, 1, "us"}, {2, 0, "ns"}};
  for (const Channel& old_schema : versions) {
    for (const Channel& new_schema : versions) {
      const SchemaDiff found = diff(old_schema.get(), new_schema.get());
      const bool refused = found.new_on_old == sluice::detail::Verdict::incompatible;
      CHECK(refused == (found.old_on_new == sluice::detail::Verdict::incompatible));
      CHECK(refused == !found.breaks.empty());
    }
  }
}

TEST_CASE("a schema that is written back names no file outside its folder") {
  flatbuffers::FlatBufferBuilder builder;
  const std::vector fields{sluice::descriptor::CreateFieldDirect(builder, "x", "/etc/cron.Job", 16, 8)};
  const std::vector<flatbuffers::Offset<sluice::descriptor::Field>> none;
  const std::vector types{sluice::descriptor::CreateTypeDirect(builder, "/etc/cron.Job", true, 8, 8, 8, &none)};
  const auto message = sluice::descriptor::CreateTypeDirect(builder, "Imu", false, 32, 24, 8, &fields);
  const std::vector<flatbuffers::Offset<sluice::descriptor::Enum>> enums;
  const std::vector<flatbuffers::Offset<sluice::descriptor::Constant>> constants;
  builder.Finish(sluice::descriptor::CreateChannelDirect(builder, "demo.imu", 1, 0, sluice::descriptor::Order::fifo,
                                                         sluice::descriptor::Overflow::reject, 8, 0, 0, message, &types,
                                                         &enums, &constants));

  CHECK_THROWS_WITH_AS(schema_files(*sluice::descriptor::GetChannel(builder.GetBufferPointer())),
                       "sluice: no schema can name types of '/etc/cron'", ToolError);
}
