#include <cxxabi.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <map>
#include <memory>
#include <utility>

#include "harness/base/utf8.h"
#include "harness/findings/fingerprint.h"
#include "harness/findings/log_findings.h"
#include "harness/findings/logs/fault_address.h"
#include "harness/findings/logs/valgrind_report.h"
#include "harness/findings/stack_end.h"

namespace heapstorm {
namespace {

constexpr std::size_t max_findings = 1000;
constexpr std::size_t max_frames_of_a_stack = 16;  // what harness/runner/valgrind.cpp asks for
constexpr std::size_t max_kind_bytes = 64;
constexpr std::size_t max_summary_bytes = 400;
constexpr std::string_view kernel_signal_code = "128";  // SI_KERNEL: the address, if there is one, is not the access's

struct Log {
  std::string tool;  // "valgrind" for memcheck, which is what most people mean by it; or else the tool's own name
  std::vector<ValgrindReport> reports;
  std::map<std::string, std::uint64_t> counts;      // by an error's `unique`
  std::map<std::string, std::string> thread_names;  // by helgrind's number
};

// Valgrind writes "&lt;" for what a program's own words might open, so these are tags wherever they stand.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> pieces{
    {{"<error>", "</error>"}, {"<fatal_signal>", "</fatal_signal>"}, {"<errorcounts>", "</errorcounts>"}}};

// The closing tag that belongs to the opening tag at the start of `text`, "" if there is none.
std::string_view closing_tag(std::string_view text) {
  for (const auto& [opening, closing] : pieces) {
    if (text.starts_with(opening)) return closing;
  }
  return "";
}

std::size_t next_piece(std::string_view log, std::size_t from) {
  std::size_t at = log.find('<', from);
  while (at != std::string_view::npos && closing_tag(log.substr(at)).empty()) at = log.find('<', at + 1);
  return std::min(at, log.size());
}

std::vector<std::string_view> pieces_of(std::string_view log) {
  std::vector<std::string_view> found;
  for (std::size_t at = next_piece(log, 0); at < log.size();) {
    const std::size_t next = next_piece(log, at + 1);
    const std::string_view piece = log.substr(at, next - at);
    // The counts stand behind all errors, however many there are.
    if (found.size() < max_findings || piece.starts_with("<errorcounts>")) found.push_back(piece);
    at = next;
  }
  return found;
}

std::string tool_of(std::string_view log) {
  const std::size_t at = log.find("<tool>");
  std::string tool;
  for (std::size_t i = at; at != std::string_view::npos && i + 6 < log.size() && tool.size() < max_kind_bytes; ++i) {
    const char c = log[i + 6];
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) break;
    tool += c;
  }
  return tool.empty() || tool == "memcheck" ? "valgrind" : tool;
}

void read_counts(const XmlElement& errorcounts, std::map<std::string, std::uint64_t>& counts) {
  for (const XmlElement& pair : errorcounts.children) {
    const auto count = parse_valgrind_number(pair.child_text("count"));
    if (count && *count > 0) counts[std::string(pair.child_text("unique"))] = *count;
  }
}

Log read_log(std::string_view text) {
  Log log;
  log.tool = tool_of(text);
  for (const std::string_view piece : pieces_of(text)) {
    const XmlTree tree = parse_xml(valid_utf8(piece));
    if (tree.root.name == "errorcounts") {
      read_counts(tree.root, log.counts);
    } else {
      log.reports.push_back(parse_valgrind_report(tree));
      const ValgrindReport& report = log.reports.back();
      if (!report.thread_name.empty()) log.thread_names[report.thread_number] = report.thread_name;
    }
  }
  return log;
}

std::string thread_name(const std::string& number, const Log& log) {
  const auto named = log.thread_names.find(number);
  if (named != log.thread_names.end() && !number.empty()) return named->second;
  if (number == "1") return "main";
  return number.empty() ? "" : "thread #" + number;
}

bool says(const ValgrindSection& section, std::string_view words) {
  return section.heading.find(words) != std::string::npos;
}

// Valgrind unwinds by tables: what ends early is what it was told to keep no more of.
StackEnd end_of(const std::vector<Frame>& stack) {
  const StackEnd end = end_of_logged_stack(stack, max_frames_of_a_stack);
  return end == StackEnd::lost ? StackEnd::whole : end;
}

// Helgrind: "Possible data race during write of size 4 ...", "This conflicts with a previous read of size 4 ...".
std::string deed_of(std::string_view heading) {
  const auto says = [&](std::string_view words) { return heading.find(words) != std::string_view::npos; };
  if (says("previous write of size ")) return "written before by";
  if (says("previous read of size ")) return "read before by";
  if (says("during write of size ")) return "written by";
  return says("during read of size ") ? "read by" : "";
}

Side side_of(const ValgrindSection& section, const Log& log) {
  Side side;
  side.thread = thread_name(section.thread_number, log);
  side.stack = section.frames;
  side.stack_end = end_of(section.frames);
  side.deed = deed_of(section.heading);
  return side;
}

// "Block was alloc'd at", "... block of size 45 alloc'd", helgrind's "This conflicts with a previous write ..." and
// "Required order was established by acquisition ...".
bool names_owner(const ValgrindSection& section) {
  return says(section, "alloc'd") || says(section, "conflicts with a previous") || says(section, "Required order");
}

void fill_sides(Finding& finding, const ValgrindReport& report, const Log& log) {
  if (report.sections.empty()) return;
  auto& first = finding.severity == "warning" ? finding.owner : finding.offender;  // a leak has only an owner
  first = side_of(report.sections.front(), log);
  first->thread = report.thread_name.empty() ? thread_name(report.thread_number, log) : report.thread_name;
  for (std::size_t i = 1; i < report.sections.size(); ++i) {
    const ValgrindSection& section = report.sections[i];
    if (section.frames.empty()) continue;
    if (says(section, "free'd") && !finding.freed) {
      finding.freed = side_of(section, log);
    } else if (names_owner(section) && !finding.owner) {
      finding.owner = side_of(section, log);
    }
  }
}

std::string_view first_quoted(std::string_view text) {
  const std::size_t start = text.find('"');
  if (start == std::string_view::npos) return "";
  text.remove_prefix(start + 1);
  return text.substr(0, text.find('"'));
}

// "arena" of "_ZL5arena".
std::string readable(std::string_view symbol) {
  const std::string mangled(symbol);
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 && name != nullptr && mangled.starts_with("_Z") ? valid_utf8(name.get()) : mangled;
}

// What follows `mark`, as far as it is a number.
std::optional<std::uint64_t> number_after(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + mark.size());
  text = text.substr(0, text.find(' '));
  while (text.ends_with(',')) text.remove_suffix(1);
  std::string digits(text);
  std::erase(digits, ',');  // "1,024"
  return parse_valgrind_number(digits);
}

// "Address 0x4d71c83 is 3 bytes inside a block of size 45 free'd".
void fill_block(Finding& finding, const ValgrindReport& report) {
  for (const ValgrindSection& section : report.sections) {
    const auto size = number_after(section.heading, "block of size ");
    const auto address = number_after(section.heading, "ddress ");
    if (!size || !address) continue;
    const std::uint64_t distance = number_after(section.heading, " is ").value_or(0);
    Block block;
    block.size = size;
    block.address = says(section, "bytes inside")   ? *address - distance
                    : says(section, "bytes before") ? *address + distance
                                                    : *address - distance - *size;
    block.state = says(section, "free'd") ? "freed" : says(section, "alloc'd") ? "live" : "unknown";
    finding.block = block;
    return;
  }
}

// Memcheck, of a pointer that was freed: "Address 0x40a0 is 8 bytes inside data symbol "arena"", "... is on thread 1's
// stack".
void fill_freed_pointer(Finding& finding, const ValgrindReport& report) {
  if (finding.kind != "valgrind:InvalidFree") return;
  for (const ValgrindSection& section : report.sections) {
    const auto address = number_after(section.heading, "ddress ");
    if (!address) continue;
    const std::uint64_t distance = number_after(section.heading, " is ").value_or(0);
    const std::string offset = distance == 0 ? "" : " (+ " + std::to_string(distance) + ")";
    if (!finding.block) finding.block = Block{*address, {}, "", 0, "unknown"};
    if (finding.block->size && says(section, "bytes inside") && distance != 0)
      finding.block->lies_in = "a block of " + std::to_string(*finding.block->size) + " bytes" + offset;
    if (says(section, "inside data symbol")) finding.block->lies_in = readable(first_quoted(section.heading)) + offset;
    if (says(section, " is on ") && says(section, " stack")) finding.block->lies_in = "a thread's stack";
    return;
  }
}

FaultAddress fault_address_of(const ValgrindReport& report) {
  return classify_address(report.signal_code == kernel_signal_code ? std::nullopt : report.signal_address);
}

std::string kind_of(const ValgrindReport& report, const std::string& tool) {
  if (report.signal.empty()) {
    std::string name;
    for (const char c : report.kind.substr(0, max_kind_bytes)) {
      if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') name += c;
    }
    return tool + ":" + (name.empty() ? "unknown" : name);
  }
  const bool is_null = report.signal == "SIGSEGV" && is_null_dereference(fault_address_of(report));
  return is_null ? "null_deref" : "crash";
}

std::string summary_of(const ValgrindReport& report) {
  const std::string what = report.sections.empty() ? "" : report.sections.front().heading;
  if (report.signal.empty()) return what.empty() ? report.kind : what;
  const bool at_address = report.signal == "SIGSEGV" || report.signal == "SIGBUS";
  const std::string address = at_address ? std::string(" (") + fault_address_name(fault_address_of(report)) + ")" : "";
  return report.signal + ": " + what + address;
}

Finding finding_of(const ValgrindReport& report, const Log& log) {
  Finding finding;
  finding.kind = kind_of(report, log.tool);
  finding.severity = report.kind.starts_with("Leak_") ? "warning" : "error";
  finding.source = "valgrind";
  finding.summary = valid_utf8(summary_of(report), max_summary_bytes);
  finding.damaged = !report.whole;
  const auto count = log.counts.find(report.unique);
  if (count != log.counts.end() && report.signal.empty()) finding.count = count->second;
  fill_sides(finding, report, log);
  fill_block(finding, report);
  fill_freed_pointer(finding, report);
  finding.fingerprint = fingerprint(finding);
  return finding;
}

}  // namespace

std::vector<Finding> parse_valgrind_xml(std::string_view text) {
  const Log log = read_log(text);
  std::vector<Finding> findings;
  for (const ValgrindReport& report : log.reports) findings.push_back(finding_of(report, log));
  return findings;
}

std::vector<Finding> read_valgrind_xml(const std::string& path) {
  return parse_valgrind_xml(read_log_file(path).text);
}

}  // namespace heapstorm
