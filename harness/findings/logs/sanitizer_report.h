// The reports in a sanitizer's log, each with its lines, before it is judged.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace heapstorm {

enum class SanitizerTool { address, leak, thread, undefined, malloc_hooks };

// How the message of a check begins that failed in the sanitizer itself.
constexpr std::string_view failed_check = "CHECK failed: ";

struct SanitizerReport {
  SanitizerTool tool = SanitizerTool::address;
  std::string_view message;             // behind "ThreadSanitizer: " or "runtime error: "
  std::string_view summary;             // behind "SUMMARY: XSanitizer: "; empty if the report is cut off
  std::vector<std::string_view> lines;  // all, the first included
};

// Of what is longer than this the rest is left out.
constexpr std::size_t max_sanitizer_reports = 1000;

// They refer to `log`.
std::vector<SanitizerReport> split_sanitizer_log(std::string_view log);

// The text behind the first `mark`, "" if there is none; and the text before it, all if there is none.
std::string_view after(std::string_view text, std::string_view mark);
std::string_view before(std::string_view text, std::string_view mark);

}  // namespace heapstorm
