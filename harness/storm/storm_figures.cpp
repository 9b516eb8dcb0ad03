#include "harness/storm/storm_figures.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "harness/storm/storm_error.h"

namespace heapstorm {
namespace {

struct Kind {
  std::string name;
  std::uint64_t count = 0;
};

std::string in_words(std::vector<Kind> kinds) {
  std::sort(kinds.begin(), kinds.end(), [](const Kind& left, const Kind& right) {
    return std::tie(right.count, left.name) < std::tie(left.count, right.name);
  });
  std::string words;
  const auto add = [&](const std::string& name, std::uint64_t count) {
    words += (words.empty() ? "" : ", ") + name + " " + std::to_string(count);
  };
  std::uint64_t rest = 0;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (i < max_kinds_told) add(kinds[i].name, kinds[i].count);
    if (i >= max_kinds_told) rest += kinds[i].count;
  }
  const std::size_t others = kinds.size() - std::min(kinds.size(), max_kinds_told);
  if (others > 0) add(std::to_string(others) + (others == 1 ? " other kind" : " other kinds"), rest);
  return words;
}

}  // namespace

double connections_per_s(const StormResult& storm) {
  // What took less than a millisecond is no reason to say that nothing happened.
  const double duration_ms = static_cast<double>(std::max<std::uint64_t>(1, storm.duration_ms));
  return static_cast<double>(storm.connections) * 1000 / duration_ms;
}

std::uint64_t error_count(const StormResult& storm) {
  std::uint64_t sum = 0;
  for (const auto& by_number : storm.errors) {
    for (const auto& [number, count] : by_number) sum += count;
  }
  return sum;
}

std::string errors_in_words(const StormResult& storm) {
  std::vector<Kind> kinds;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const std::string name = std::string(to_string(static_cast<Phase>(phase))) + ": ";
    for (const auto& [number, count] : storm.errors[phase]) kinds.push_back({name + error_name(number), count});
  }
  return in_words(std::move(kinds));
}

std::string statuses_in_words(const std::map<int, std::uint64_t>& statuses) {
  std::vector<Kind> kinds;
  for (const auto& [status, count] : statuses) kinds.push_back({std::to_string(status), count});
  return in_words(std::move(kinds));
}

}  // namespace heapstorm
