// Writes the schema files of a descriptor: schema_of_descriptor <descriptor> <folder>. The first name printed is the
// channel's.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "schema_files.hpp"
#include "schema_source.hpp"

int main(int count, char** arguments) try {
  using namespace sluice::tools;
  if (count != 3) return 2;
  const Schema schema = read_schema(arguments[1], {});
  for (const SchemaFile& file : schema_files(schema.channel())) {
    std::ofstream(std::filesystem::path(arguments[2]) / file.name) << file.text;
    std::puts(file.name.c_str());
  }
  return 0;
} catch (const std::exception& error) {
  std::puts(error.what());
  return 1;
}
