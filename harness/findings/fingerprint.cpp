#include "harness/findings/fingerprint.h"

#define XXH_INLINE_ALL
#include <fmt/core.h>
#include <xxhash.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "harness/findings/frame_origin.h"

namespace heapstorm {
namespace {

constexpr std::size_t max_frames = 3;  // deeper frames differ between flavours, by inlining and tail calls

// What the program under test consists of.
bool is_relevant(const Frame& frame) {
  switch (origin_of(frame)) {
    case FrameOrigin::program:
    case FrameOrigin::library:
    case FrameOrigin::installed_library:
    case FrameOrigin::scaffolding:
      return true;
    default:
      return false;
  }
}

// Without parameters, so that a type's spelling in another standard library makes no difference. The parentheses of
// "(anonymous namespace)" and of "operator()" open no parameters.
std::string_view bare_function(std::string_view function) {
  std::size_t from = 0;
  while (true) {
    const std::size_t parenthesis = function.find('(', from);
    if (parenthesis == std::string_view::npos || parenthesis == 0) {
      if (parenthesis != 0) return function;
    } else if (!function.substr(0, parenthesis).ends_with("operator") &&
               function.substr(parenthesis, 11) != "(anonymous ") {
      return function.substr(0, parenthesis);
    }
    from = parenthesis + 1;
  }
}

std::string frame_text(const Frame& frame) {
  if (frame.function.empty()) return std::string("module ").append(base_name(frame.module));
  return std::string(bare_function(frame.function)).append(" ").append(base_name(frame.file));
}

// Numbers in a summary (addresses, process ids) differ from run to run, and folders from machine to machine.
std::string without_numbers_and_folders(std::string_view summary) {
  std::string text;
  while (!summary.empty()) {
    const std::size_t end = std::min(summary.find_first_of(" ("), summary.size() - 1) + 1;
    const std::string_view word = summary.substr(0, end);
    for (const char c : word.starts_with('/') ? base_name(word) : word) {
      if (std::isxdigit(static_cast<unsigned char>(c)) == 0) text += c;
    }
    summary.remove_prefix(end);
  }
  return text;
}

bool is_fault(const std::string& kind) {
  return kind == "null_deref" || kind == "crash";
}

bool is_inlined_into(const Frame& inner, const Frame& outer) {
  return inner.offset != 0 && inner.offset == outer.offset && base_name(inner.module) == base_name(outer.module);
}

// Of a fault, the function that the processor was in. What is inlined there, and what lies beneath, is not known to
// every witness: a signal handler knows no stack, and a sanitizer's build inlines other functions.
std::vector<std::string> faulting_function(const std::vector<Frame>& stack) {
  auto frame = std::find_if(stack.begin(), stack.end(), is_relevant);
  if (frame == stack.end()) return {};
  for (auto outer = frame + 1; outer != stack.end() && is_inlined_into(*frame, *outer); ++outer) {
    if (is_relevant(*outer)) frame = outer;
  }
  return {frame_text(*frame)};
}

void append_stack(std::string& text, const char* which, const std::optional<Side>& side, bool fault) {
  text += which;
  if (!side) return;
  for (const std::string& frame : fault ? faulting_function(side->stack) : fingerprint_frames(side->stack))
    text.append("\n").append(frame);
}

// Races on one variable are one defect, whichever of its accesses met.
bool is_race_on_variable(const Finding& finding) {
  return finding.kind == "data_race" && !finding.held_by.empty();
}

std::string digits_of(const std::string& text) {
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

bool has_stack(const std::optional<Side>& side) {
  return side && !side->stack.empty();
}

}  // namespace

std::vector<std::string> fingerprint_frames(const std::vector<Frame>& stack) {
  std::vector<std::string> frames;
  for (const Frame& frame : stack) {
    if (frames.size() == max_frames) break;
    if (is_relevant(frame)) frames.push_back(frame_text(frame));
  }
  return frames;
}

std::string fingerprint(const Finding& finding) {
  std::string text = finding.kind;
  text.append("\ntag ").append(finding.block ? finding.block->tag : "");
  if (is_race_on_variable(finding)) {
    text.append("\nvariable ").append(finding.held_by);
    return digits_of(text);
  }
  append_stack(text, "\nowner", finding.owner, is_fault(finding.kind));
  append_stack(text, "\noffender", finding.offender, is_fault(finding.kind));
  if (!has_stack(finding.owner) && !has_stack(finding.offender))
    text.append("\n").append(without_numbers_and_folders(finding.summary));
  return digits_of(text);
}

}  // namespace heapstorm
