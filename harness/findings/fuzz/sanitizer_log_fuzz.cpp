// Fuzzes the reader of sanitizer logs. An input is a log; its first byte says whether it counts as cut off.
#include <algorithm>
#include <string_view>

#include "harness/base/check.h"
#include "harness/findings/fuzz/invariants_fuzz.h"
#include "harness/findings/log_findings.h"

namespace {

constexpr std::size_t max_findings = 1000 + 16;  // the last report may be of up to 16 leaks
constexpr std::size_t max_frames = 64;

// "SUMMARY: ..." ends every report but UBSan's.
bool nothing_is_whole(std::string_view log, const heapstorm::Finding& last) {
  return log.find("SUMMARY: ") == std::string_view::npos && !last.kind.starts_with("ubsan:");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view log(reinterpret_cast<const char*>(data), size);
  const bool cut_off = log.starts_with('#');
  const auto findings = heapstorm::parse_sanitizer_log(log, cut_off);
  HEAPSTORM_CHECK(findings.size() <= max_findings);
  for (const heapstorm::Finding& finding : findings) {
    heapstorm::check_finding(finding, max_frames);
    HEAPSTORM_CHECK(finding.source == "asan" || finding.source == "tsan");
  }
  if (!findings.empty() && nothing_is_whole(log, findings.back())) HEAPSTORM_CHECK(findings.back().damaged);
  return 0;
}
