#include "harness/findings/logs/sanitizer_report.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace heapstorm {
namespace {

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// "ThreadSanitizer: CHECK failed: file.h:297 ...", "==7==AddressSanitizer: CHECK failed: ...": what the program did was
// more than the sanitizer could bear, a free of what malloc never gave out, say. Stack, and no summary.
std::optional<SanitizerReport> start_of_failed_check(std::string_view line) {
  const std::pair<std::string_view, SanitizerTool> marks[] = {{"ThreadSanitizer: ", SanitizerTool::thread},
                                                              {"AddressSanitizer: ", SanitizerTool::address},
                                                              {"LeakSanitizer: ", SanitizerTool::address}};
  for (const auto& [mark, tool] : marks) {
    const std::string_view message = after(line, mark);
    if (message.starts_with(failed_check)) return SanitizerReport{tool, message, {}, {}};
  }
  return std::nullopt;
}

std::optional<SanitizerReport> start_of_report(std::string_view line) {
  const bool error = line.find("ERROR: ") != std::string_view::npos;
  if (error && line.find("AddressSanitizer: ") != std::string_view::npos) {
    return SanitizerReport{SanitizerTool::address, after(line, "AddressSanitizer: "), {}, {}};
  }
  if (error && line.find("HeapstormMallocHooks: ") != std::string_view::npos) {
    return SanitizerReport{SanitizerTool::malloc_hooks, after(line, "HeapstormMallocHooks: "), {}, {}};
  }
  if (error && line.find("LeakSanitizer: ") != std::string_view::npos) {
    return SanitizerReport{SanitizerTool::leak, after(line, "LeakSanitizer: "), {}, {}};
  }
  if ((error || line.starts_with("WARNING: ")) && line.find("ThreadSanitizer: ") != std::string_view::npos) {
    return SanitizerReport{SanitizerTool::thread, after(line, "ThreadSanitizer: "), {}, {}};
  }
  if (const auto report = start_of_failed_check(line)) return report;
  if (line.find(": runtime error: ") != std::string_view::npos) {
    return SanitizerReport{SanitizerTool::undefined, after(line, ": runtime error: "), {}, {}};
  }
  return std::nullopt;
}

}  // namespace

std::string_view after(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  return at == std::string_view::npos ? std::string_view() : text.substr(at + mark.size());
}

std::string_view before(std::string_view text, std::string_view mark) {
  return text.substr(0, text.find(mark));
}

std::vector<SanitizerReport> split_sanitizer_log(std::string_view log) {
  std::vector<SanitizerReport> reports;
  bool inside = false;
  for (const std::string_view line : split_lines(log)) {
    if (auto report = start_of_report(line)) {
      if (reports.size() == max_sanitizer_reports) break;
      reports.push_back(std::move(*report));
      inside = true;
    }
    // Who the threads of a signal's report are stands below its summary.
    const bool names_thread = !reports.empty() && line.starts_with("Thread T");
    if (inside || names_thread) reports.back().lines.push_back(line);
    if (!inside) continue;
    if (!line.starts_with("SUMMARY: ")) continue;
    const bool hooks = reports.back().tool == SanitizerTool::malloc_hooks;
    reports.back().summary = after(line, hooks ? "HeapstormMallocHooks: " : "Sanitizer: ");
    inside = false;
  }
  return reports;
}

}  // namespace heapstorm
