// trace.json: a run in the Trace Event Format, which Perfetto and chrome://tracing open.
#pragma once

#include <string>

#include "harness/findings/black_box_reader.h"
#include "harness/runner/run_result.h"
#include "reports/formats/run_report.h"

namespace heapstorm {

// One JSON object. From the result: the findings as instants over all tracks, and the load as counters. From the black
// box, which may be null: each thread as a track, what it did as instants on it, and each connection whose opening is
// still in the event rings as a slice, which may begin on one thread and end on another.
std::string to_trace_json(const RunResult& result, const BlackBoxReader* box);

class TraceReport : public RunReport {
 public:
  Result<std::string> write(const RunResult& result, const ReportStyle& style) const override;
};

}  // namespace heapstorm
