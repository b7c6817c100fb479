#include "temporary_folder.hpp"

#include <stdlib.h>

#include <cerrno>
#include <system_error>

namespace sluice::tools {

TemporaryFolder::TemporaryFolder() {
  std::string name = std::filesystem::temp_directory_path() / "sluice-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "sluice: no temporary folder " + name);
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // what cannot be removed is the system's to clean up
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace sluice::tools
