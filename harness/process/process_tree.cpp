#include "harness/process/process_tree.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <system_error>

namespace heapstorm {
namespace {

namespace fs = std::filesystem;

std::optional<int> number_of(const std::string& name) {
  int number = 0;
  const char* end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

struct ProcessStat {
  char state = 0;
  int parent = 0;
};

// The name in brackets may hold anything, brackets too.
std::optional<ProcessStat> stat_of(int pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  if (!std::getline(file, line) || line.rfind(')') == std::string::npos) return std::nullopt;
  line.erase(0, line.rfind(')') + 1);
  ProcessStat stat;
  return std::sscanf(line.c_str(), " %c %d", &stat.state, &stat.parent) == 2 ? std::optional(stat) : std::nullopt;
}

std::optional<int> parent_of(int pid) {
  const auto stat = stat_of(pid);
  return stat ? std::optional(stat->parent) : std::nullopt;
}

std::multimap<int, int> children_by_parent() {
  std::multimap<int, int> children;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const auto pid = number_of(entry.path().filename().string());
    const auto parent = pid ? parent_of(*pid) : std::nullopt;
    if (parent) children.emplace(*parent, *pid);
  }
  return children;
}

void add_below(int pid, const std::multimap<int, int>& children, std::set<int>& found) {
  const auto [begin, end] = children.equal_range(pid);
  for (auto child = begin; child != end; ++child) {
    if (found.insert(child->second).second) add_below(child->second, children, found);
  }
}

std::uint64_t rss_of(int pid) {
  std::ifstream file(fmt::format("/proc/{}/statm", pid));
  std::uint64_t size = 0, resident = 0;
  return file >> size >> resident ? resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

std::uint64_t descriptors_of(int pid) {
  std::error_code error;
  const fs::directory_iterator folder(fmt::format("/proc/{}/fd", pid), error);
  return error ? 0 : static_cast<std::uint64_t>(std::distance(begin(folder), end(folder)));
}

}  // namespace

TreeUsage usage_below(int root) {
  std::set<int> pids;
  add_below(root, children_by_parent(), pids);
  TreeUsage usage;
  usage.processes = static_cast<std::uint32_t>(pids.size());
  for (const int pid : pids) {
    usage.rss_bytes += rss_of(pid);
    usage.descriptors += descriptors_of(pid);
  }
  return usage;
}

bool is_stopped(int pid) {
  const auto stat = stat_of(pid);
  return stat && stat->state == 'T';
}

}  // namespace heapstorm
