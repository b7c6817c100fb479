// `sluice inspect NAME`: all that a window says of itself: layout, schema, journal, where each slot is.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "command.hpp"
#include "command_line.hpp"
#include "inspect_report.hpp"
#include "palette.hpp"
#include "schema_files.hpp"
#include "tool_error.hpp"
#include "window_list.hpp"

namespace sluice::tools {

namespace {

constexpr const char* kFooter =
    R"(NAME is what `sluice ls` shows: demo.imu, or demo.imu/left with an instance.

Each slot is in one place:
  producer  the producer's: being filled, or to be filled
  unread    published, and not taken up yet
  consumer  taken up by the consumer, and not finished
  finished  finished by the consumer, and not given back yet
  free      given back, and not collected by the producer yet
In a channel that does not rest for a moment, slots cannot be told: the report
says so. What a killed process left half done is shown as its successor will
settle it.

Exit code
  0  the window is sound, or in use and not at rest
  1  the window contradicts itself: the report says how
  2  a wrong command line, or no such window, or one that cannot be read

Examples
  sluice inspect demo.imu/left
  sluice inspect demo.imu --json | jq .slots
  sluice inspect demo.imu --schema > imu.yaml)";

struct Options {
  std::string name;
  bool schema = false;
  std::string folder;  // where --schema writes; empty: to stdout
  bool slots = false;
  bool json = false;
};

std::string headline(const SchemaFile& file) {
  return fmt::format("{} {}\n", file.name.ends_with(".fbs") ? "//" : "#", file.name);
}

// Several files on one output are for people; sluicegen needs a folder.
void print_schema(const std::vector<SchemaFile>& files) {
  const bool is_one = files.size() == 1;
  for (const SchemaFile& file : files) {
    fmt::print("{}{}{}", is_one ? "" : headline(file), file.text, is_one ? "" : "\n");
  }
  if (is_one) return;
  fmt::print(stderr, "sluice: the schema is of {} files\n  hint: -o DIR writes each by itself\n", files.size());
}

void write_schema(const std::vector<SchemaFile>& files, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  for (const SchemaFile& file : files) {
    const std::filesystem::path path = folder / file.name;
    if (std::filesystem::exists(path, error)) throw ToolError("sluice: " + path.string() + " is there already");
    std::ofstream out(path);
    if (!(out << file.text) || !out.flush()) throw ToolError("sluice: cannot write " + path.string());
    fmt::print("{}\n", path.string());
  }
}

void give_schema(const Options& options) {
  const std::vector<SchemaFile> files = schema_files(observe(options.name).channel());
  options.folder.empty() ? print_schema(files) : write_schema(files, options.folder);
}

}  // namespace

Action add_inspect(CLI::App& sluice) {
  const auto options = std::make_shared<Options>();
  Subcommand inspect(sluice, "inspect", "Shows what is in a window: layout, schema, journal, slots");
  inspect.footer(kFooter);
  inspect.add_option("NAME", options->name, "the window").required().option_text(" ");
  const CommandOption schema = inspect.add_flag(
      "--schema", options->schema,
      "print the schema as YAML, for sluicegen, and nothing else; of a FlatBuffers table its .fbs too");
  inspect.add_option("-o", options->folder, "with --schema: write it into files of this folder")
      .needs(schema)
      .type_name(kFolderValue)
      .option_text("DIR");
  inspect.add_flag("--slots", options->slots, "list every slot");
  inspect.add_flag("--json", options->json, "print one JSON object, for scripts");
  return [options] {
    if (options->schema) return give_schema(*options), Exit::done;
    const Inspection seen = Inspection::of(observe(options->name));
    fmt::print("{}",
               options->json ? as_json(seen, options->slots) : as_text(seen, options->slots, Palette::of(stdout)));
    return seen.is_sound() ? Exit::done : Exit::refused;
  };
}

}  // namespace sluice::tools
