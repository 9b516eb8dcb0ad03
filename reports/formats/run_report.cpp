#include "reports/formats/run_report.h"

#include "harness/runner/run_directory.h"

namespace heapstorm {

std::unique_ptr<SavedBlackBox> black_box_of(const RunResult& result) {
  if (result.coverage.workers == 0) return nullptr;
  auto saved = SavedBlackBox::open(RunDirectory{result.directory}.file("black_box.bin"));
  return saved ? std::move(saved.value()) : nullptr;
}

}  // namespace heapstorm
