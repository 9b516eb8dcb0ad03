#include "harness/matrix/detector.h"

#include <algorithm>
#include <array>

namespace heapstorm {
namespace {

constexpr std::array<Detector, 7> detectors = {{
    {"owner_heap", "heapstorm's owner heap and its host, flavour plain", "plain", std::nullopt},
    {"asan", "AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer, malloc", "asan",
     Backend::unchecked_system},
    {"tsan", "ThreadSanitizer, malloc", "tsan", Backend::unchecked_system},
    {"memcheck", "valgrind memcheck, malloc", "plain", Backend::unchecked_system, Valgrind::memcheck},
    {"helgrind", "valgrind helgrind, malloc; it knows no C++ atomics, so its alarms at fixed variants are false",
     "plain", Backend::unchecked_system, Valgrind::helgrind, false, true},
    {"glibc", "glibc's malloc and its own checks", "plain", Backend::unchecked_system, Valgrind::none, true},
    {"mimalloc", "a mimalloc heap for each thread, and its own checks", "plain", Backend::unchecked_mimalloc},
}};

}  // namespace

std::span<const Detector> all_detectors() {
  return detectors;
}

const Detector* find_detector(std::string_view name) {
  const auto* const found =
      std::find_if(detectors.begin(), detectors.end(), [&](const Detector& d) { return d.name == name; });
  return found == detectors.end() ? nullptr : found;
}

std::optional<std::string> what_is_missing(const Detector& detector, const TargetCatalogue& catalogue) {
  const auto flavours = catalogue.flavours();
  if (std::find(flavours.begin(), flavours.end(), detector.flavour) == flavours.end()) {
    return std::string("flavour ") + detector.flavour + " is not built";
  }
  if (!is_installed(detector.valgrind)) return "valgrind is not installed";
  return std::nullopt;
}

bool counts(const Detector& detector, const Finding& finding, const std::string& family) {
  if (!detector.blind_to_atomics || finding.source != "valgrind") return true;
  const std::string own = "targets/" + family + "/";
  for (const auto* side : {&finding.offender, &finding.owner}) {
    if (!*side) continue;
    const auto& stack = (*side)->stack;
    const auto innermost = std::find_if(stack.begin(), stack.end(), [](const Frame& frame) {
      return frame.file.find("targets/") != std::string::npos || frame.file.find("harness/") != std::string::npos;
    });
    if (innermost != stack.end() && innermost->file.find(own) != std::string::npos) return true;
  }
  return false;
}

Scenario watched_by(const Detector& detector, Scenario scenario) {
  if (detector.backend) scenario.target.heap.backend = *detector.backend;
  return suited_to(detector.valgrind, std::move(scenario));
}

void watch_with(const Detector& detector, RunOptions& options) {
  options.flavour = detector.flavour;
  options.valgrind = detector.valgrind;
  if (detector.glibc_first) options.environment.emplace_back("LD_PRELOAD", "libc.so.6");
}

}  // namespace heapstorm
