// A RunReport: a finished run in one format. Each format is one class, and one row of the table in run_reports.cpp.
#pragma once

#include <memory>
#include <string>

#include "harness/base/result.h"
#include "harness/runner/run_result.h"
#include "harness/runner/saved_black_box.h"

namespace heapstorm {

struct ReportStyle {
  bool colour = false;  // ANSI colours in what is printed; the caller knows whether a terminal reads it
};

class RunReport {
 public:
  virtual ~RunReport() = default;

  // The report's text; the same run gives the same bytes. What it needs besides the result is read from
  // `result.directory`.
  virtual Result<std::string> write(const RunResult& result, const ReportStyle& style) const = 0;
};

// Null if the target was none of ours, or if its black box is missing or damaged: what it would have shown is then left
// out. The text report says what is wrong with it.
std::unique_ptr<SavedBlackBox> open_black_box(const RunResult& result);

}  // namespace heapstorm
