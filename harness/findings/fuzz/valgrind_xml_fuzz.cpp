// Fuzzes the reader of valgrind's XML. An input is a log.
#include <string_view>

#include "harness/base/check.h"
#include "harness/findings/fuzz/invariants_fuzz.h"
#include "harness/findings/log_findings.h"

namespace {

constexpr std::size_t max_findings = 1000;
constexpr std::size_t max_frames = 64;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view log(reinterpret_cast<const char*>(data), size);
  const auto findings = heapstorm::parse_valgrind_xml(log);
  HEAPSTORM_CHECK(findings.size() <= max_findings);
  for (const heapstorm::Finding& finding : findings) {
    heapstorm::check_finding(finding, max_frames);
    HEAPSTORM_CHECK(finding.source == "valgrind");
  }
  // An error that begins and has no end anywhere is there, and damaged.
  if (log.find("</") != std::string_view::npos) return 0;
  for (const heapstorm::Finding& finding : findings) HEAPSTORM_CHECK(finding.damaged);
  return 0;
}
