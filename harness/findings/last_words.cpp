#include "harness/findings/last_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "harness/findings/fingerprint.h"
#include "harness/findings/sanitizer_log.h"
#include "harness/findings/utf8.h"

namespace heapstorm {
namespace {

constexpr std::size_t most_findings = 1000;
constexpr std::size_t longest_summary = 400;
constexpr std::size_t longest_line = 4096;

struct Words {
  std::string_view words;
  const char* kind;
};
// The first that stands in a line counts. What an allocator says when it stumbles names the damage, not its cause.
constexpr std::array<Words, 24> known{{{"zend_mm_heap corrupted", "invalid_free"},
                                       {"double free", "double_free"},  // "or corruption", "detected in tcache 2"
                                       {"free(): invalid", "invalid_free"},
                                       {"munmap_chunk(): invalid pointer", "invalid_free"},
                                       {"realloc(): invalid", "invalid_free"},
                                       {"realloc(): unaligned pointer", "invalid_free"},
                                       {"free(): unaligned chunk", "invalid_free"},
                                       {"free(): corrupted", "overflow"},
                                       {"malloc(): unaligned", "use_after_free"},  // a list through freed blocks
                                       {"malloc(): corrupted", "overflow"},
                                       {"malloc(): invalid", "overflow"},
                                       {"malloc(): mismatching", "overflow"},
                                       {"malloc(): unsorted", "overflow"},
                                       {"malloc(): smallbin", "overflow"},
                                       {"malloc_consolidate()", "overflow"},
                                       {"corrupted size vs. prev_size", "overflow"},
                                       {"corrupted double-linked list", "overflow"},
                                       {"realloc(): corrupted", "overflow"},
                                       {"*** stack smashing detected ***", "overflow"},
                                       {"*** buffer overflow detected ***", "overflow"},
                                       {"terminate called", "abort"},
                                       {"Assertion `", "abort"},  // glibc's assert
                                       {"Assertion '", "abort"},  // libstdc++'s
                                       {"Assertion failed", "abort"}}};

Finding finding_of(const Words& words, std::string_view line, std::uint64_t at_ms) {
  Finding finding;
  finding.kind = words.kind;
  finding.severity = "error";
  finding.at_ms = at_ms;
  finding.source = "exit";
  finding.summary = "the target wrote: " + valid_utf8(line.substr(0, longest_summary));
  finding.fingerprint = fingerprint(finding);
  return finding;
}

void look_at(std::string_view line, std::uint64_t at_ms, std::vector<Finding>& findings) {
  line = line.substr(0, longest_line);
  const auto words = std::find_if(known.begin(), known.end(),
                                  [&](const Words& some) { return line.find(some.words) != std::string_view::npos; });
  if (words != known.end()) findings.push_back(finding_of(*words, line, at_ms));
}

}  // namespace

std::vector<Finding> findings_of_last_words(std::string_view text, bool cut_off, std::uint64_t at_ms) {
  std::vector<Finding> findings = parse_sanitizer_log(text, cut_off);
  for (Finding& finding : findings) finding.at_ms = at_ms;
  const bool sanitizer_spoke = !findings.empty();  // its report quotes what else was written
  while (!text.empty() && !sanitizer_spoke && findings.size() < most_findings) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    look_at(text.substr(0, end), at_ms, findings);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return findings;
}

}  // namespace heapstorm
