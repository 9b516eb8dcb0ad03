#include "harness/heap/box/modules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace heapstorm::heap {
namespace {

struct Mapping {
  std::uint64_t begin = 0;
  std::string path;
};

// Of the executable and its libraries, as the kernel sees them.
std::vector<Mapping> mapped_code() {
  const std::string executable = std::filesystem::read_symlink("/proc/self/exe");
  std::ifstream maps("/proc/self/maps");
  std::vector<Mapping> all;
  for (std::string line; std::getline(maps, line);) {
    const std::size_t path = line.find('/');
    if (path == std::string::npos) continue;
    Mapping mapping{std::stoull(line, nullptr, 16), line.substr(path)};
    const bool library = mapping.path.find(".so") != std::string::npos;
    if (library || mapping.path == executable) all.push_back(mapping);
  }
  return all;
}

// The file that the table says is mapped there.
std::string file_at(const BlackBox& box, std::uint64_t address) {
  for (std::uint32_t i = 0; i < std::min(box.control().next_module, HEAPSTORM_MODULES); ++i) {
    const heapstorm_box_module& module = box.modules()[i];
    if (address < module.begin || address >= module.end) continue;
    return std::filesystem::canonical(std::string(module.path, module.path_length));
  }
  return "";
}

// With the first byte of a library, too, which some have in front of all other headers.
TEST(Modules, NameTheFileOfEveryMappingFromItsFirstByteOn) {
  BlackBox box;
  ASSERT_EQ(box.open(-1, std::uint64_t{64} << 20), 0);
  refresh_modules(box);
  const std::vector<Mapping> mappings = mapped_code();
  ASSERT_GT(mappings.size(), 2u);
  for (const Mapping& mapping : mappings) EXPECT_EQ(file_at(box, mapping.begin), mapping.path);
}

TEST(Modules, AreInTheTableOnce) {
  BlackBox box;
  ASSERT_EQ(box.open(-1, std::uint64_t{64} << 20), 0);
  refresh_modules(box);
  const std::uint32_t count = box.control().next_module;
  EXPECT_GT(count, 2u);
  refresh_modules(box);
  EXPECT_EQ(box.control().next_module, count);
}

}  // namespace
}  // namespace heapstorm::heap
