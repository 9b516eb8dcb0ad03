// report.html: a run as one page for a browser, which needs no network and no other file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/runner/post_mortem.h"
#include "harness/runner/run_result.h"
#include "reports/formats/run_report.h"

namespace heapstorm {

struct HtmlSources {
  std::optional<Timeline> lanes;     // what each thread did, if the target had a black box
  std::vector<std::string> folders;  // where source files are looked for
};

// The page is rendered in the browser from run.json, which stands in it; the same result gives the same bytes. Its size
// is bounded: the most important findings are there in full, more of them in short, and long texts are cut. Nothing
// that a target printed is markup in it.
std::string to_html(const RunResult& result, const HtmlSources& sources);

// The page of a run directory: with its black box, and with the sources that are found.
class HtmlReport : public RunReport {
 public:
  Result<std::string> write(const RunResult& result, const ReportStyle& style) const override;
};

}  // namespace heapstorm
