#include <fmt/format.h>

#include "tools/heapstorm/commands/diagnosis.h"

namespace heapstorm::cli {
namespace {

using State = Diagnosis::State;

std::string purpose_of(const std::string& flavour) {
  if (flavour == "plain") return "runs the targets with the owner heap alone";
  if (flavour == "asan") return "runs them under AddressSanitizer, LeakSanitizer and UBSan";
  return "runs them under ThreadSanitizer";
}

// A sanitizer's run time that finds its shadow's place taken ends before main.
std::string remedy_of(const std::string& flavour) {
  if (flavour == "plain") return "heapstorm list targets shows what is wrong";
  return "ulimit -v unlimited; an older run time also needs sysctl vm.mmap_rnd_bits=28, or the command under setarch "
         "-R";
}

Diagnosis diagnose(const TargetCatalogue& catalogue, const std::string& flavour) {
  const State absent = flavour == "plain" ? State::missing : State::limited;
  Diagnosis diagnosis{"flavour " + flavour, State::ok, "starts", purpose_of(flavour), ""};
  const std::vector<std::string> families = catalogue.families(flavour);
  if (families.empty()) {
    diagnosis.state = absent;
    diagnosis.found = "is not built";
    diagnosis.remedy = "cmake --preset default && cmake --build --preset default";
    return diagnosis;
  }
  const auto described = catalogue.describe(flavour, families.front());
  if (!described || !described.value().error.empty()) {
    diagnosis.state = absent;
    diagnosis.found = "does not start: " + (described ? described.value().error : described.error().message);
    diagnosis.remedy = remedy_of(flavour);
    return diagnosis;
  }
  diagnosis.found =
      fmt::format("starts, {} families of targets, mimalloc {}", families.size(), described.value().mimalloc_version);
  return diagnosis;
}

}  // namespace

Diagnoses diagnose_flavours(const TargetCatalogue& catalogue) {
  Diagnoses diagnoses;
  for (const char* flavour : {"plain", "asan", "tsan"}) diagnoses.push_back(diagnose(catalogue, flavour));
  return diagnoses;
}

}  // namespace heapstorm::cli
