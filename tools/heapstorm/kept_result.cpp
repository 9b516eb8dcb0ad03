#include "tools/heapstorm/kept_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "harness/runner/atomic_file.h"
#include "harness/runner/run_directory.h"
#include "reports/json/run_json.h"

namespace heapstorm::cli {
namespace {

// Where the defect is, and then the least that tells one from another.
constexpr std::size_t few_frames = 8;
constexpr std::size_t fewest_frames = 2;

Status write_result(const RunResult& result) {
  return write_file_atomically(RunDirectory{result.directory}.file("run.json"), to_run_json(result));
}

// False if there is no such file.
bool give_way(RunResult& result, const char* large) {
  std::error_code error;
  if (!std::filesystem::remove(RunDirectory{result.directory}.file(large), error)) return false;
  result.notes.push_back(left_out_note(large, "run.json needed its room"));
  return true;
}

void shorten(std::optional<Side>& side, std::size_t frames) {
  if (side) side->stack.resize(std::min(side->stack.size(), frames));
}

// The reports of this run have the whole stacks.
RunResult shortened(RunResult result, std::size_t frames) {
  for (Finding& finding : result.findings) {
    for (std::optional<Side>* side : {&finding.owner, &finding.freed, &finding.offender}) shorten(*side, frames);
    for (Side& handoff : finding.handoffs) handoff.stack.clear();
  }
  result.notes.push_back(fmt::format("of each stack run.json has {} frames at most: the disk is full", frames));
  return result;
}

}  // namespace

Status keep_result(RunResult& result) {
  Status written = write_result(result);
  const auto needs_room = [&] { return !written && is_full_disk(written.error()); };
  for (const char* large : {"black_box.bin", "plan.jsonl.zst"}) {
    if (needs_room() && give_way(result, large)) written = write_result(result);
  }
  for (const std::size_t frames : {few_frames, fewest_frames}) {
    if (!needs_room()) return written;
    const RunResult smaller = shortened(result, frames);
    written = write_result(smaller);
    if (written) result.notes = smaller.notes;
  }
  return written;
}

}  // namespace heapstorm::cli
