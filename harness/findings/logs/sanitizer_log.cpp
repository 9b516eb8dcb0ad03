#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "harness/base/utf8.h"
#include "harness/findings/fingerprint.h"
#include "harness/findings/log_findings.h"
#include "harness/findings/logs/fault_address.h"
#include "harness/findings/logs/sanitizer_report.h"
#include "harness/findings/logs/sanitizer_stack.h"
#include "harness/findings/stack_end.h"

namespace heapstorm {
namespace {

constexpr std::size_t max_kind_bytes = 64;
constexpr std::size_t max_summary_bytes = 400;

// "signed integer overflow" to "signed-integer-overflow"; ends where a number or a quotation begins.
std::string slug(std::string_view words) {
  std::string slug;
  for (const char c : words.substr(0, max_kind_bytes)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    if (!letter && c != ' ') break;
    slug += letter ? c : '-';
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug.empty() ? "unknown" : slug;
}

// Of "SEGV on unknown address 0x000000000008 (pc ...": a member of an object at null. Without a number: "(pc ...".
std::optional<FaultAddress> fault_address_of(std::string_view message) {
  constexpr std::string_view words = "SEGV on unknown address ";
  if (!message.starts_with(words)) return std::nullopt;
  message.remove_prefix(words.size());
  if (message.starts_with("(pc ")) return FaultAddress::non_canonical;
  if (!message.starts_with("0x")) return std::nullopt;
  const std::string_view digits = before(message.substr(2), " ");
  std::uint64_t address = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return classify_address(address);
}

std::string address_kind(const SanitizerReport& report) {
  std::string_view words = report.summary.empty() ? report.message : report.summary;
  if (words.starts_with("attempting ")) words = after(words, "attempting ");
  return "asan:" + slug(before(words, " "));
}

std::string kind_of(const SanitizerReport& report) {
  if (report.message.starts_with(failed_check))
    return report.tool == SanitizerTool::thread ? "tsan:check-failed" : "asan:check-failed";
  const auto fault_address = fault_address_of(report.message);
  if (fault_address && is_null_dereference(*fault_address)) return "null_deref";
  switch (report.tool) {
    case SanitizerTool::address:
      return address_kind(report);
    case SanitizerTool::leak:
      return "lsan:leak";
    case SanitizerTool::undefined:
      if (report.message.find("null pointer of type") != std::string_view::npos) return "null_deref";
      return "ubsan:" + slug(before(report.message, ":"));
    case SanitizerTool::malloc_hooks:
      return "foreign_free";
    case SanitizerTool::thread:
      break;
  }
  if (report.message.starts_with("data race")) return "data_race";
  return "tsan:" + slug(before(before(report.message, " ("), " on unknown address"));
}

// "T1" from "... by thread T1:", "main" from "by main thread", "" if the heading names none.
std::string_view thread_label(std::string_view heading) {
  if (heading.find("main thread") != std::string_view::npos) return "main";
  const std::string_view rest = after(heading, "thread T");
  const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
  if (end == 0) return "";
  return rest.substr(0, end) == "0" ? "main" : std::string_view(rest.data() - 1, end + 1);
}

// The name of "T1": from "Thread T1 'worker-0' (tid=...)" (TSan) or "T1 (worker-0)" (ASan); or else the label.
std::string thread_name(std::string_view label, const SanitizerReport& report) {
  if (label.empty() || label == "main") return std::string(label);
  for (const std::string_view line : report.lines) {
    const std::string_view rest = after(line, std::string("Thread ").append(label).append(" "));
    if (rest.starts_with('\'')) return valid_utf8(before(rest.substr(1), "'"));
    if (rest.starts_with('(') && !rest.starts_with("(tid=")) return valid_utf8(before(rest.substr(1), ")"));
  }
  return valid_utf8(label);
}

// "READ of size 1 at ...", "  Previous atomic write of size 4 at ... by thread T1:". TSan shows a free as a write.
std::string deed_of_heading(std::string_view heading, const std::vector<Frame>& stack) {
  const auto says = [&](std::string_view words) { return heading.find(words) != std::string_view::npos; };
  const std::string before = says("Previous ") || says("previous ") ? " before by" : " by";
  const bool frees =
      !stack.empty() && (stack.front().function == "free" || stack.front().function.starts_with("operator delete"));
  if (says("rite of size ") && frees) return "freed by";
  if (says("WRITE of size ") || says("rite of size ")) return "written" + before;
  if (says("READ of size ") || says("ead of size ")) return "read" + before;
  return "";
}

// Of a signal, its own line tells.
std::string deed_of_signal(const SanitizerReport& report) {
  for (const std::string_view line : report.lines) {
    if (line.find("caused by a WRITE memory access") != std::string_view::npos) return "written by";
    if (line.find("caused by a READ memory access") != std::string_view::npos) return "read by";
  }
  return "";
}

// ASan keeps 30 frames of who allocated and freed; TSan's stacks end with the last function that it instrumented.
StackEnd end_of(const SanitizerStack& stack, const SanitizerReport& report) {
  constexpr std::size_t max_kept_frames = 30;
  if (stack.frames.empty()) return StackEnd::lost;
  if (stack.cut_off) return StackEnd::left_out;
  return report.tool == SanitizerTool::thread ? StackEnd::whole : end_of_logged_stack(stack.frames, max_kept_frames);
}

// "T1" of "SEGV on unknown address 0x000000000008 (pc 0x5578d4 bp 0x7ffd88 sp 0x7ffd80 T1)". TSan has the system's
// number of the thread there.
std::string_view label_in_message(const SanitizerReport& report) {
  std::string_view text = report.message;
  if (report.tool != SanitizerTool::address || !text.ends_with(')') || text.find(" (pc 0x") == std::string_view::npos)
    return "";
  text.remove_suffix(1);
  const std::string_view label = text.substr(text.rfind(' ') + 1);
  const bool is_label =
      label.size() > 1 && label[0] == 'T' && label.find_first_not_of("0123456789", 1) == std::string_view::npos;
  if (!is_label) return "";
  return label == "T0" ? "main" : label;
}

Side side_of(const SanitizerStack& stack, const SanitizerReport& report) {
  Side side;
  side.thread = thread_name(thread_label(stack.heading), report);
  side.stack = stack.frames;
  side.stack_end = end_of(stack, report);
  side.deed = deed_of_heading(stack.heading, stack.frames);
  return side;
}

void fill_sides(Finding& finding, const SanitizerReport& report, const std::vector<SanitizerStack>& stacks) {
  for (const SanitizerStack& stack : stacks) {
    finding.damaged |= stack.interrupted;
    const auto says = [&](std::string_view words) { return stack.heading.find(words) != std::string::npos; };
    if (says("created by")) continue;
    if (!finding.offender) {
      finding.offender = side_of(stack, report);
    } else if (says("freed by") && !finding.freed) {
      finding.freed = side_of(stack, report);
    } else if ((says("Previous ") || says("allocated by") || says("acquired here")) && !finding.owner) {
      finding.owner = side_of(stack, report);
    }
  }
  if (!finding.offender) return;
  if (finding.offender->deed.empty()) finding.offender->deed = deed_of_signal(report);
  if (finding.offender->thread.empty()) finding.offender->thread = thread_name(label_in_message(report), report);
}

// ASan: "0x504000000013 is located 3 bytes inside of 45-byte region [0x504000000010,0x50400000003d)".
void fill_block(Finding& finding, const SanitizerReport& report) {
  for (const std::string_view line : report.lines) {
    const std::size_t size_end = line.find("-byte region [0x");
    if (size_end == std::string_view::npos) continue;
    const std::string_view head = line.substr(0, size_end);
    const std::string_view size = head.substr(std::min(head.rfind(' ') + 1, head.size()));
    const std::string_view address = before(after(line, "region [0x"), ",");
    Block block;
    block.state = "unknown";
    std::uint64_t bytes = 0;
    std::from_chars(size.data(), size.data() + size.size(), bytes);
    block.size = bytes;
    std::from_chars(address.data(), address.data() + address.size(), block.address, 16);
    finding.block = block;
    return;
  }
}

// ASan: "0x55d4... is located 8 bytes inside of global variable 'arena' defined in 'a.cpp:3' (0x55d4...) of size 96",
// "... is located in stack of thread T1 (worker-0) at offset 32 in frame".
std::string whereabouts_of(const SanitizerReport& report) {
  for (const std::string_view line : report.lines) {
    const std::string_view variable = before(after(line, " inside of global variable '"), "' ");
    const std::string_view distance = before(after(line, " is located "), " bytes");
    if (!variable.empty()) return std::string(variable) + (distance == "0" ? "" : " (+ " + std::string(distance) + ")");
    const std::string_view thread = after(line, " is located in stack of ");
    if (!thread.empty()) return "the stack of " + thread_name(thread_label(thread), report);
  }
  return "";
}

// Of "attempting free on address which was not malloc()-ed: 0x504000000051 in thread T0".
void fill_freed_pointer(Finding& finding, const SanitizerReport& report) {
  const std::string_view digits = before(after(report.message, "malloc()-ed: 0x"), " ");
  std::uint64_t pointer = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), pointer, 16);
  if (digits.empty() || error != std::errc()) return;
  if (finding.block && finding.block->size) {
    finding.block->lies_in =
        fmt::format("a block of {} bytes (+ {})", *finding.block->size, pointer - finding.block->address);
    return;
  }
  finding.block = Block{pointer, {}, "", 0, "unknown"};
  finding.block->lies_in = valid_utf8(whereabouts_of(report), max_summary_bytes);
}

// TSan: "  Location is global 'chat::history' of size 80 at 0x7f96... (chat+0x201d58)".
std::string global_of(const SanitizerReport& report) {
  for (const std::string_view line : report.lines) {
    if (const std::string_view name = after(line, "Location is global '"); !name.empty())
      return std::string(before(name, "' of size "));
  }
  return "";
}

// TSan: "  Location is heap block of size 72 at 0x7b00... allocated by main thread:", and its stack.
std::string origin_of_block(const std::vector<SanitizerStack>& stacks) {
  for (const SanitizerStack& stack : stacks) {
    if (stack.heading.find("Location is heap block") == std::string::npos) continue;
    const std::vector<std::string> frames = fingerprint_frames(stack.frames);
    return frames.empty() ? "" : "block from " + frames.front();
  }
  return "";
}

void fill_variable(Finding& finding, const SanitizerReport& report, const std::vector<SanitizerStack>& stacks) {
  std::string variable = global_of(report);
  if (variable.empty()) variable = origin_of_block(stacks);
  finding.held_by = valid_utf8(variable, max_summary_bytes);
}

// Of "bad-free (target_host+0x192656) (BuildId: 010ad8) in free": the module is that of the sanitizer's own function.
std::string without_modules(std::string_view summary) {
  std::string text;
  while (!summary.empty()) {
    const std::size_t open = std::min(summary.find(" ("), summary.size());
    const std::size_t close = summary.find(')', open);
    const std::string_view inside = summary.substr(open, close == std::string_view::npos ? close : close - open);
    const bool is_module = close != std::string_view::npos &&
                           (inside.find("+0x") != std::string_view::npos || inside.starts_with(" (BuildId: "));
    text += summary.substr(0, is_module || open == summary.size() ? open : open + 2);
    summary.remove_prefix(is_module ? close + 1 : std::min(open + 2, summary.size()));
  }
  return text;
}

Finding base_finding(const SanitizerReport& report, bool unfinished) {
  Finding finding;
  finding.kind = kind_of(report);
  finding.severity = report.tool == SanitizerTool::leak ? "warning" : "error";
  finding.source =
      report.tool == SanitizerTool::thread || report.message.ends_with(" under ThreadSanitizer") ? "tsan" : "asan";
  finding.summary = valid_utf8(without_modules(
      (report.summary.empty() || report.tool == SanitizerTool::undefined ? report.message : report.summary)
          .substr(0, max_summary_bytes)));
  if (const auto address = fault_address_of(report.message)) {
    finding.summary += std::string(" (the address is ") + fault_address_name(*address) + ")";
  }
  finding.damaged = unfinished;
  return finding;
}

Finding finding_of(const SanitizerReport& report, bool unfinished) {
  Finding finding = base_finding(report, unfinished);
  const std::vector<SanitizerStack> stacks = parse_sanitizer_stacks(report.lines);
  fill_sides(finding, report, stacks);
  fill_block(finding, report);
  fill_freed_pointer(finding, report);
  if (finding.kind == "data_race") fill_variable(finding, report, stacks);
  finding.fingerprint = fingerprint(finding);
  return finding;
}

// One finding per "Direct leak of 40 byte(s) in 1 object(s) allocated from:".
void add_leaks(const SanitizerReport& report, bool unfinished, std::vector<Finding>& findings) {
  const std::size_t start = findings.size();
  for (const SanitizerStack& stack : parse_sanitizer_stacks(report.lines)) {
    if (stack.heading.find(" leak of ") == std::string::npos) continue;
    Finding finding = base_finding(report, stack.interrupted);
    finding.summary = before(stack.heading, " allocated from:");
    finding.owner = side_of(stack, report);
    finding.fingerprint = fingerprint(finding);
    findings.push_back(std::move(finding));
  }
  if (findings.size() == start) findings.push_back(finding_of(report, unfinished));
  findings.back().damaged |= unfinished;
}

}  // namespace

std::vector<Finding> parse_sanitizer_log(std::string_view coloured, bool cut_off) {
  std::vector<Finding> findings;
  const std::string log = without_escape_sequences(coloured);
  const std::vector<SanitizerReport> reports = split_sanitizer_log(log);
  for (std::size_t i = 0; i < reports.size() && findings.size() < max_sanitizer_reports; ++i) {
    const SanitizerReport& report = reports[i];
    // UBSan prints a summary only if it is told to, a failed check has none: the last is whole if its line is.
    const bool last = i + 1 == reports.size();
    const bool has_no_summary = report.tool == SanitizerTool::undefined || report.message.starts_with(failed_check);
    const bool whole = !report.summary.empty() || (has_no_summary && !(last && (cut_off || !log.ends_with('\n'))));
    if (report.tool == SanitizerTool::leak) {
      add_leaks(report, !whole, findings);
    } else {
      findings.push_back(finding_of(report, !whole));
    }
  }
  return findings;
}

std::vector<Finding> read_sanitizer_log(const std::string& path) {
  const LogFile log = read_log_file(path);
  return parse_sanitizer_log(log.text, log.cut_off);
}

}  // namespace heapstorm
