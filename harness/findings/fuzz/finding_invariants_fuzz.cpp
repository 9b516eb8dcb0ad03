#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/check.h"
#include "harness/findings/fuzz/invariants_fuzz.h"

namespace heapstorm {
namespace {

constexpr std::size_t max_text_bytes = 1u << 20;

bool is_plain(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

void check_side(const Side& side, std::size_t max_frames) {
  check_text(side.thread);
  check_text(side.action);
  check_text(side.text);
  check_text(side.deed);
  HEAPSTORM_CHECK(side.stack.size() <= max_frames);
  for (const Frame& frame : side.stack) {
    check_text(frame.function);
    check_text(frame.file);
    check_text(frame.module);
  }
}

bool is_fingerprint(const std::string& text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

void check_text(const std::string& text) {
  HEAPSTORM_CHECK(text.size() <= max_text_bytes);
  if (std::all_of(text.begin(), text.end(), is_plain)) return;
  // Somebody else's opinion of what is valid UTF-8: the strict writer throws.
  (void)nlohmann::json(text).dump();
}

void check_finding(const Finding& finding, std::size_t max_frames) {
  HEAPSTORM_CHECK(!finding.kind.empty());
  HEAPSTORM_CHECK(is_fingerprint(finding.fingerprint));
  HEAPSTORM_CHECK(finding.severity == "error" || finding.severity == "warning");
  HEAPSTORM_CHECK(!finding.source.empty());
  HEAPSTORM_CHECK(finding.count > 0);
  check_text(finding.kind);
  check_text(finding.summary);
  check_text(finding.held_by);
  if (finding.block) {
    check_text(finding.block->tag);
    check_text(finding.block->lies_in);
  }
  for (const auto& side : {finding.owner, finding.freed, finding.offender}) {
    if (side) check_side(*side, max_frames);
  }
  for (const Side& side : finding.handoffs) check_side(side, max_frames);
}

}  // namespace heapstorm
