#include "reports/testing/golden.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace heapstorm {

std::string golden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(HEAPSTORM_GOLDEN_FOLDER) + "/" + name;
  if (std::getenv("HEAPSTORM_UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << actual;
  std::ostringstream stored;
  stored << std::ifstream(path, std::ios::binary).rdbuf();
  return stored.str();
}

}  // namespace heapstorm
