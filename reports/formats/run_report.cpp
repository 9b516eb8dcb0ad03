#include "reports/formats/run_report.h"

#include "harness/runner/run_directory.h"

namespace heapstorm {

std::unique_ptr<SavedBlackBox> open_black_box(const RunResult& result) {
  if (result.coverage.workers == 0) return nullptr;
  auto saved = SavedBlackBox::open(RunDirectory{result.directory}.file("black_box.bin"));
  return saved ? std::move(saved.value()) : nullptr;
}

}  // namespace heapstorm
