// `sluice diff OLD NEW`: what a new version of a schema does to programs of the old one.
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "command.hpp"
#include "command_line.hpp"
#include "descriptor_lookup.hpp"
#include "diff_report.hpp"
#include "schema_diff.hpp"
#include "schema_source.hpp"

namespace sluice::tools {

namespace {

constexpr const char* kFooter =
    R"(OLD and NEW are each
  schemas/imu.yaml          a schema
  HEAD~3:schemas/imu.yaml   a schema in a git revision, with what it imports there
  imu.descriptor            what `sluicegen --descriptor imu.descriptor imu.yaml` made
OLD may also be
  v1.2:                     a revision alone: NEW's own file there; if it has none, NEW is new

Exit code
  0  identical, compatible or new
  1  breaking, or changed without a new version
  2  a wrong command line, or an input that cannot be read

Examples
  sluice diff HEAD: schemas/imu.yaml
  sluice diff --json v1.2:schemas/imu.yaml v1.3:schemas/imu.yaml)";

struct Options {
  std::string old_name;
  std::string new_name;
  ImportFolders import_folders;
  bool json = false;
};

SchemaDiff of_new_schema(const Schema& schema) {
  SchemaDiff found;
  found.new_channel = detail::text(schema.channel().name());
  found.new_version = {schema.channel().major(), schema.channel().minor()};
  return found;
}

SchemaDiff compare(const Options& options) {
  const Schema new_schema = read_schema(options.new_name, options.import_folders);
  const std::optional<Schema> old_schema =
      is_bare_revision(options.old_name) ? read_schema_at(options.old_name, options.new_name, options.import_folders)
                                         : read_schema(options.old_name, options.import_folders);
  return old_schema ? diff(old_schema->channel(), new_schema.channel()) : of_new_schema(new_schema);
}

Exit exit_of(DiffVerdict verdict) {
  const bool refused = verdict == DiffVerdict::breaking || verdict == DiffVerdict::changed_without_version;
  return refused ? Exit::refused : Exit::done;
}

}  // namespace

Action add_diff(CLI::App& sluice) {
  const auto options = std::make_shared<Options>();
  Subcommand diff(sluice, "diff", "Compares two versions of a schema as a consumer's handshake would");
  diff.footer(kFooter);
  diff.add_option("OLD", options->old_name, "the version that programs were built with")
      .required()
      .type_name(kFileValue)
      .option_text(" ");
  diff.add_option("NEW", options->new_name, "the version that is to replace it")
      .required()
      .type_name(kFileValue)
      .option_text(" ");
  diff.add_option("-I", options->import_folders, "where imported files are looked for too; may be repeated")
      .allow_extra_args(false)
      .type_name(kFolderValue)
      .option_text("DIR");
  diff.add_flag("--json", options->json, "print one JSON object, for scripts");
  return [options] {
    const SchemaDiff found = compare(*options);
    fmt::print("{}", options->json ? as_json(found) : as_text(found));
    return exit_of(found.verdict);
  };
}

}  // namespace sluice::tools
