// Where the files lie that come with heapstorm: <prefix>/share/heapstorm, by where heapstorm itself lies.
#pragma once

#include <filesystem>
#include <string>
#include <system_error>

namespace heapstorm::cli {

inline std::filesystem::path shared_folder(const std::string& name) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return self.parent_path().parent_path() / "share" / "heapstorm" / name;
}

}  // namespace heapstorm::cli
