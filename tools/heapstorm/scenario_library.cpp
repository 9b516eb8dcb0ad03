#include "tools/heapstorm/scenario_library.h"

#include <filesystem>
#include <system_error>

#include "tools/heapstorm/shared_folder.h"

namespace heapstorm::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* own_folder = "scenarios";

}  // namespace

std::string find_scenario(const std::string& name) {
  std::error_code ignored;
  if (fs::exists(name, ignored) || fs::path(name).is_absolute()) return name;
  for (const std::string& file : {name, name + ".json"}) {
    const fs::path shared = shared_folder(own_folder) / file;
    if (fs::is_regular_file(shared, ignored)) return shared.string();
  }
  return name;
}

std::string default_scenario_folder() {
  std::error_code ignored;
  return fs::is_directory(own_folder, ignored) ? own_folder : shared_folder(own_folder).string();
}

}  // namespace heapstorm::cli
