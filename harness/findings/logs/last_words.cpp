#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "harness/base/utf8.h"
#include "harness/findings/fingerprint.h"
#include "harness/findings/log_findings.h"

namespace heapstorm {
namespace {

constexpr std::size_t max_findings = 1000;
constexpr std::size_t max_summary_bytes = 400;
constexpr std::size_t max_line_bytes = 4096;

struct Words {
  std::string_view words;
  const char* kind;
};
// What an allocator says when it stumbles names the damage, not its cause. They begin a line; the first match counts.
constexpr std::array<Words, 29> of_allocators{{{"munmap() failed: [", "invalid_free"},  // Zend's, of a huge block
                                               {"double free or corruption (", "double_free"},
                                               {"free(): double free", "double_free"},
                                               {"free(): invalid next size", "overflow"},
                                               {"free(): corrupted", "overflow"},
                                               {"free(): too many chunks", "overflow"},
                                               {"free(): unaligned chunk", "use_after_free"},  // a list of freed blocks
                                               {"free(): invalid", "invalid_free"},
                                               {"munmap_chunk(): invalid pointer", "invalid_free"},
                                               {"mremap_chunk(): invalid pointer", "invalid_free"},
                                               {"realloc(): invalid pointer", "invalid_free"},
                                               {"realloc(): invalid", "overflow"},  // "old size", "next size"
                                               {"malloc(): unaligned", "use_after_free"},
                                               {"malloc_consolidate(): unaligned", "use_after_free"},
                                               {"tcache_thread_shutdown(): unaligned", "use_after_free"},
                                               {"malloc(): ", "overflow"},
                                               {"malloc_consolidate(): ", "overflow"},
                                               {"invalid fastbin entry (free)", "overflow"},
                                               {"corrupted size vs. prev_size", "overflow"},
                                               {"corrupted double-linked list", "overflow"},
                                               {"break adjusted to free malloc space", "overflow"},
                                               {"malloc_check_get_size: memory corruption", "overflow"},
                                               {"memory clobbered before allocated block", "underflow"},  // mcheck's
                                               {"memory clobbered past end of allocated block", "overflow"},
                                               {"block freed twice", "double_free"},
                                               {"memory is consistent, library is buggy", "invalid_free"},
                                               {"bogus mcheck_status, library is buggy", "invalid_free"},
                                               {"*** stack smashing detected ***", "overflow"},
                                               {"*** buffer overflow detected ***", "overflow"}}};
// These stand anywhere: something goes before them, the name of the program or the time.
constexpr std::array<Words, 11> of_programs{
    {{"Fatal glibc error: malloc", "overflow"},
     {"sysmalloc: Assertion", "overflow"},
     {"_int_malloc: Assertion", "overflow"},
     {"zend_mm_heap corrupted", "invalid_free"},            // PHP-FPM quotes what its children say
     {"memory leaks detected ===", "leak_at_thread_exit"},  // Zend's, built for debugging
     {"Allowed memory size of ", "resource_growth"},        // Zend's
     {"Out of memory (allocated ", "resource_growth"},
     {"terminate called", "abort"},
     {"Assertion `", "abort"},  // glibc's assert
     {"Assertion '", "abort"},  // libstdc++'s
     {"Assertion failed", "abort"}}};

struct Place {
  const Words* words = nullptr;  // null: the line says nothing
  std::size_t at = 0;
};

Place allocator_place(std::string_view line) {
  Place first{nullptr, line.size()};
  for (const Words& some : of_allocators) {
    const std::size_t at = line.find(some.words);
    if (at < first.at) first = {&some, at};
  }
  return first;
}

Place program_place(std::string_view line) {
  const auto words = std::find_if(of_programs.begin(), of_programs.end(),
                                  [&](const Words& some) { return line.find(some.words) != std::string_view::npos; });
  return {words == of_programs.end() ? nullptr : &*words, 0};
}

Finding finding_of(const Words& words, std::string_view line, std::uint64_t at_ms) {
  Finding finding;
  finding.kind = words.kind;
  finding.severity = finding.kind == "leak_at_thread_exit" ? "warning" : "error";
  finding.at_ms = at_ms;
  finding.source = "exit";
  finding.summary = "the target wrote: " + valid_utf8(line, max_summary_bytes);
  finding.fingerprint = fingerprint(finding);
  return finding;
}

// A line in which something else was written before an allocator's words, by another thread say, is a mixture.
void look_at(std::string_view line, bool whole, std::uint64_t at_ms, std::vector<Finding>& findings) {
  line = line.substr(0, max_line_bytes);
  const Place programs = program_place(line);
  const Place allocators = programs.words == nullptr ? allocator_place(line) : Place{};
  const Words* words = programs.words == nullptr ? allocators.words : programs.words;
  if (words == nullptr) return;
  findings.push_back(finding_of(*words, line.substr(allocators.at), at_ms));
  findings.back().damaged = !whole || allocators.at != 0;
}

}  // namespace

std::vector<Finding> findings_of_last_words(std::string_view coloured, bool cut_off, std::uint64_t at_ms) {
  const std::string plain = without_escape_sequences(coloured);
  std::string_view text = plain;
  std::vector<Finding> findings = parse_sanitizer_log(text, cut_off);
  for (Finding& finding : findings) finding.at_ms = at_ms;
  const bool sanitizer_spoke = !findings.empty();  // its report quotes what else was written
  while (!text.empty() && !sanitizer_spoke && findings.size() < max_findings) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    look_at(text.substr(0, end), end < text.size() || !cut_off, at_ms, findings);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return findings;
}

}  // namespace heapstorm
