#include "harness/host/descriptors.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace heapstorm::host {
namespace {

// A tool like valgrind keeps its own descriptors at the top of the range: the way up to there is no hole.
constexpr int highest_hole = 1024;

int highest_descriptor() {
  int highest = -1;
  DIR* const directory = opendir("/proc/self/fd");
  if (directory == nullptr) return highest;
  const int own = dirfd(directory);
  while (const dirent* entry = readdir(directory)) {
    const int descriptor = std::atoi(entry->d_name);  // "." and ".." are 0, which is open anyway
    if (descriptor != own && descriptor < highest_hole) highest = std::max(highest, descriptor);
  }
  closedir(directory);
  return highest;
}

}  // namespace

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void fill_descriptor_gaps() {
  const int highest = highest_descriptor();
  int filler = open("/dev/null", O_RDONLY | O_CLOEXEC);
  while (filler >= 0 && filler < highest) filler = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (filler >= 0) close(filler);
}

}  // namespace heapstorm::host
