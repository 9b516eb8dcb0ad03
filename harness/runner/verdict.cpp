#include "harness/runner/verdict.h"

#include <algorithm>
#include <string_view>

namespace heapstorm {
namespace {

bool kind_matches(std::string_view pattern, std::string_view kind) {
  if (pattern.ends_with('*')) return kind.starts_with(pattern.substr(0, pattern.size() - 1));
  return kind == pattern;
}

bool holds_in(const std::string& flavour, const FindingPattern& pattern) {
  const std::vector<std::string>& flavours = pattern.flavours;
  return flavours.empty() || std::find(flavours.begin(), flavours.end(), flavour) != flavours.end();
}

bool matches_any(const std::vector<FindingPattern>& patterns, const Finding& finding) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const FindingPattern& pattern) { return matches(pattern, finding); });
}

constexpr std::string_view tag_words = " of ";

std::string described(const std::string& kind, const std::string& tag) {
  return tag.empty() ? kind : kind + std::string(tag_words) + tag;
}

constexpr std::string_view finds_words = "finds ";

Expectation finds(const FindingPattern& pattern, const std::vector<Finding>& findings) {
  const bool met =
      std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) { return matches(pattern, finding); });
  return {std::string(finds_words) + described(pattern.kind, pattern.tag), met};
}

// The pattern that finds() worded. A kind has no space. "finds nothing" gives one that no finding matches.
FindingPattern pattern_in(std::string_view text) {
  text.remove_prefix(finds_words.size());
  const std::size_t end = text.find(tag_words);
  if (end == std::string_view::npos) return {std::string(text), ""};
  return {std::string(text.substr(0, end)), std::string(text.substr(end + tag_words.size()))};
}

// "finds nothing else", and if it does, what: each kind and tag once.
Expectation finds_nothing_unforeseen(const char* text, const std::vector<Finding>& findings) {
  std::vector<std::string> unforeseen;
  for (const Finding& finding : findings) {
    if (finding.expected) continue;
    std::string description = described(finding.kind, finding.block ? finding.block->tag : "");
    if (std::find(unforeseen.begin(), unforeseen.end(), description) == unforeseen.end()) {
      unforeseen.push_back(std::move(description));
    }
  }
  Expectation expectation{text, unforeseen.empty()};
  for (std::size_t i = 0; i < unforeseen.size(); ++i) expectation.text += (i == 0 ? " (found " : ", ") + unforeseen[i];
  if (!unforeseen.empty()) expectation.text += ")";
  return expectation;
}

}  // namespace

bool matches(const FindingPattern& pattern, const Finding& finding) {
  const bool kind_fits = kind_matches(pattern.kind, finding.kind) ||
                         std::any_of(finding.witnesses.begin(), finding.witnesses.end(),
                                     [&](const Witness& witness) { return kind_matches(pattern.kind, witness.kind); });
  if (!kind_fits) return false;
  return pattern.tag.empty() || (finding.block && finding.block->tag == pattern.tag);
}

std::vector<FindingPattern> those_of(const std::string& flavour, std::vector<FindingPattern> patterns) {
  std::erase_if(patterns, [&](const FindingPattern& pattern) { return !holds_in(flavour, pattern); });
  return patterns;
}

std::vector<Expectation> judge(const Expect& expect, const std::string& flavour, std::vector<Finding>& findings) {
  const std::vector<FindingPattern> wanted = those_of(flavour, expect.findings);
  const std::vector<FindingPattern> allowed = those_of(flavour, expect.allow);
  for (Finding& finding : findings) {
    finding.expected = !expect.clean && (matches_any(wanted, finding) || matches_any(allowed, finding));
  }
  if (expect.clean) return {finds_nothing_unforeseen("finds nothing", findings)};
  std::vector<Expectation> expectations;
  for (const FindingPattern& pattern : wanted) expectations.push_back(finds(pattern, findings));
  expectations.push_back(finds_nothing_unforeseen("finds nothing else", findings));
  return expectations;
}

bool is_required(const Finding& finding, const std::vector<Expectation>& expectations) {
  return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& expectation) {
    return expectation.text.starts_with(finds_words) && matches(pattern_in(expectation.text), finding);
  });
}

std::string in_words(const Expectation& expectation) {
  return expectation.measured.empty() ? expectation.text : expectation.text + ": " + expectation.measured;
}

bool all_met(const std::vector<Expectation>& expectations) {
  return std::all_of(expectations.begin(), expectations.end(),
                     [](const Expectation& expectation) { return expectation.met; });
}

}  // namespace heapstorm
