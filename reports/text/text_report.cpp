#include "reports/text/text_report.h"

#include "harness/runner/post_mortem.h"
#include "harness/runner/run_directory.h"
#include "harness/runner/saved_black_box.h"
#include "reports/text/black_box_text.h"
#include "reports/text/summary.h"

namespace heapstorm {
namespace {
constexpr std::size_t max_findings_shown = 100;
}  // namespace

Result<std::string> TextReport::write(const RunResult& result, const ReportStyle& style) const {
  const std::string summary = to_summary(result, {.colour = style.colour, .findings_shown = max_findings_shown});
  if (result.coverage.workers == 0) return summary;           // no target of ours, so it has no black box
  if (was_left_out(result, "black_box.bin")) return summary;  // as a note says
  const auto saved = SavedBlackBox::open(RunDirectory{result.directory}.file("black_box.bin"));
  if (!saved) return saved.error();
  return summary + to_text(examine(*saved.value()));
}

}  // namespace heapstorm
