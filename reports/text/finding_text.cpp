#include "reports/text/finding_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "harness/base/printable.h"

namespace heapstorm {
namespace {

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return text.starts_with(prefix); });
}

// Files of this tree are named relative to it.
bool is_target_code(const Frame& frame) {
  return !frame.file.empty() && !starts_with_any(frame.file, {"/", "harness/", "targets/common/"});
}

// A program that embeds the heap names its files absolutely.
bool is_no_library(const Frame& frame) {
  return !frame.file.empty() && !starts_with_any(frame.file, {"/usr/", "harness/"});
}

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

std::string frame_text(const Frame& frame) {
  const std::string place = frame.file.empty() ? fmt::format("{}+{:#x}", printable(frame.module), frame.offset)
                                               : fmt::format("{}:{}", printable(frame.file), frame.line);
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

std::string side_text(std::string_view verb, const Side& side) {
  std::string text = fmt::format("    {:<10}by {}\n", verb, who_text(side));
  const Frame* frame = reading_frame(side.stack);
  if (frame == nullptr) return text;
  text += fmt::format("{:14}at {}\n", "", frame_text(*frame));
  // Its caller, if that is the target's own code too: the innermost frame is often a helper that many use.
  const Frame* const caller = frame + 1;
  if (caller != side.stack.data() + side.stack.size() && is_target_code(*frame) && is_target_code(*caller)) {
    text += fmt::format("{:14}   {}\n", "", frame_text(*caller));
  }
  return text;
}

// What the offender did to the block.
std::string_view offence(std::string_view kind) {
  if (kind == "foreign_realloc") return "resized";
  if (kind == "foreign_allocate") return "used";
  if (kind == "double_free") return "freed again";
  if (kind.find("free") != std::string_view::npos && kind != "use_after_free") return "freed";
  return "seen";
}

std::string times(std::uint64_t count) {
  return count == 1 ? "once" : fmt::format("{} times", count);
}

}  // namespace

const Frame* reading_frame(const std::vector<Frame>& stack) {
  for (const auto fits : {is_target_code, is_no_library}) {
    const auto frame = std::find_if(stack.begin(), stack.end(), fits);
    if (frame != stack.end()) return &*frame;
  }
  return stack.empty() ? nullptr : &stack.front();
}

std::string what_of(const Finding& finding) {
  const bool tagged = finding.block && !finding.block->tag.empty();
  return tagged ? finding.kind + " of " + finding.block->tag : finding.kind;
}

std::string where_of(const Finding& finding) {
  const Frame* const frame = finding.offender ? reading_frame(finding.offender->stack) : nullptr;
  return frame == nullptr || frame->file.empty() ? "" : fmt::format("{}:{}", frame->file, frame->line);
}

std::string to_text(const Finding& finding) {
  std::string text =
      fmt::format("  found     {}, {}, {}{}\n", printable(what_of(finding)), times(finding.count),
                  finding.expected ? "expected" : "unexpected", finding.damaged ? ", record damaged" : "");
  // Our own findings say it better by their two sides.
  if (!finding.summary.empty() && finding.source != "owner_heap")
    text += fmt::format("    {}\n", printable(finding.summary));
  if (finding.owner) text += side_text("allocated", *finding.owner);
  for (const Side& handoff : finding.handoffs) text += side_text("handed on", handoff);
  if (finding.freed) text += side_text("freed", *finding.freed);
  if (finding.offender) text += side_text(offence(finding.kind), *finding.offender);
  for (const Witness& witness : finding.witnesses) {
    if (witness.source != finding.source) text += fmt::format("    also seen as {}\n", printable(witness.kind));
  }
  const char* const variable = finding.kind == "data_race" ? "variable" : "held by";
  if (!finding.held_by.empty()) text += fmt::format("    {} {}\n", variable, printable(finding.held_by));
  return text;
}

}  // namespace heapstorm
