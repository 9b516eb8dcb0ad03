#include "reports/text/finding_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "harness/base/printable.h"
#include "harness/findings/deeds.h"
#include "harness/findings/frame_origin.h"
#include "harness/findings/stack_end.h"

namespace heapstorm {
namespace {

// Without its parameters: "Cache::get(int) const" is Cache::get to a reader in a hurry. The report has all of it.
std::string short_function(const std::string& function) {
  const std::size_t end = function.rfind(')');
  int depth = 0;
  for (std::size_t i = end; i != std::string::npos && i > 0; --i) {
    if (function[i] == ')') ++depth;
    if (function[i] == '(' && --depth == 0) return function.substr(0, i);
  }
  return function;
}

bool is_own_line(const Frame& frame) {
  return !frame.file.empty() && is_own(origin_of(frame));
}

// Known to be somebody else's.
bool is_no_own_code(const Frame& frame) {
  const FrameOrigin origin = origin_of(frame);
  return !is_own(origin) && origin != FrameOrigin::unknown;
}

// Code without debug information may have a file and no line.
std::string file_and_line(const Frame& frame) {
  return frame.line == 0 ? frame.file : fmt::format("{}:{}", frame.file, frame.line);
}

std::string frame_text(const Frame& frame) {
  const std::string place = frame.file.empty() ? fmt::format("{}+{:#x}", printable(frame.module), frame.offset)
                                               : printable(file_and_line(frame));
  return frame.function.empty() ? place : fmt::format("{} in {}", place, printable(short_function(frame.function)));
}

std::string who_text(const Side& side) {
  std::string who = side.thread.empty() ? "an unknown thread" : printable(side.thread);
  if (side.exited) who += " (exited)";
  if (side.connection) who += fmt::format(", connection {}", *side.connection);
  if (!side.action.empty()) who += ", " + printable(side.action);
  if (!side.text.empty()) who += ", " + printable(side.text);
  return who;
}

std::size_t width_of_verb(std::string_view deed) {
  return std::min(deed.rfind(' '), deed.size());
}

// The words "allocated by", "heap of" in columns.
std::string deed_text(std::string_view deed, std::size_t verb_width) {
  const std::size_t verb = width_of_verb(deed);
  const std::string_view preposition = deed.substr(std::min(verb + 1, deed.size()));
  return fmt::format("{:<{}} {}", printable(deed.substr(0, verb)), verb_width, printable(preposition));
}

std::string side_text(const NamedSide& named, std::size_t verb_width) {
  const Side& side = *named.side;
  const std::string margin(verb_width + 5, ' ');
  std::string text = fmt::format("    {} {}\n", deed_text(named.deed, verb_width), who_text(side));
  if (const Frame* frame = reading_frame(side.stack)) {
    text += fmt::format("{}{} {}\n", margin, is_no_own_code(*frame) ? "outside of your own code:" : "at",
                        frame_text(*frame));
    // Its caller, if that is the target's own code too: the innermost frame is often a helper that many use.
    const Frame* const caller = frame + 1;
    if (caller != side.stack.data() + side.stack.size() && is_own_line(*frame) && is_own_line(*caller)) {
      text += fmt::format("{}   {}\n", margin, frame_text(*caller));
    }
  }
  if (side.stack_end != StackEnd::whole) text += fmt::format("{}{}\n", margin, stack_end_text(side.stack_end));
  return text;
}

std::string sides_text(const Finding& finding) {
  const std::vector<NamedSide> sides = sides_of(finding);
  std::size_t verb_width = 0;
  for (const NamedSide& named : sides) verb_width = std::max(verb_width, width_of_verb(named.deed));
  std::string text;
  for (const NamedSide& named : sides) text += side_text(named, verb_width);
  return text;
}

// Of a pointer that is not a block's start.
std::string pointer_text(const Finding& finding) {
  if (!finding.block) return "";
  const Block& block = *finding.block;
  if (!block.lies_in.empty()) {
    const char* const what = block.size ? "block" : "pointer";
    return fmt::format("    {} {:#x}, {} {}\n", what, block.address, block.size ? "freed inside of" : "in",
                       printable(block.lies_in));
  }
  if (block.size) return "";
  return fmt::format("    pointer {:#x}, in memory of no heap, variable or stack that is known\n", block.address);
}

std::string times(std::uint64_t count) {
  return count == 1 ? "once" : fmt::format("{} times", count);
}

}  // namespace

std::string describe_kind(const Finding& finding) {
  const bool tagged = finding.block && !finding.block->tag.empty();
  return tagged ? finding.kind + " of " + finding.block->tag : finding.kind;
}

std::string describe_place(const Finding& finding) {
  const Frame* const frame = place_of(finding);
  return frame == nullptr ? "" : file_and_line(*frame);
}

std::string to_text(const Finding& finding) {
  std::string text =
      fmt::format("  found     {}, {}, {}{}\n", printable(describe_kind(finding)), times(finding.count),
                  finding.expected ? "expected" : "unexpected", finding.damaged ? ", record damaged" : "");
  // Our own findings say it better by their two sides.
  if (!finding.summary.empty() && finding.source != "owner_heap")
    text += fmt::format("    {}\n", printable(finding.summary));
  text += pointer_text(finding);
  text += sides_text(finding);
  for (const Witness& witness : finding.witnesses) {
    if (witness.source != finding.source) text += fmt::format("    also seen as {}\n", printable(witness.kind));
  }
  const char* const variable = finding.kind == "data_race" ? "variable" : "held by";
  if (!finding.held_by.empty()) text += fmt::format("    {} {}\n", variable, printable(finding.held_by));
  return text;
}

}  // namespace heapstorm
