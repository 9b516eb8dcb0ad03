#include "tools/heapstorm/kept_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "harness/files/atomic_file.h"
#include "harness/files/reserved_space.h"
#include "harness/runner/run_directory.h"
#include "reports/json/run_json.h"

namespace heapstorm::cli {
namespace {

// Where the defect is, and then the least that tells one from another.
constexpr std::size_t few_frames = 8;
constexpr std::size_t min_frames = 2;

std::string path_of(const RunResult& result) {
  return RunDirectory{result.directory}.file("run.json");
}

// 0 or an errno value.
int write_result(const RunResult& result) {
  return AtomicFile::try_to_write(path_of(result), to_run_json(result));
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
RunResult shorten_stacks(RunResult result, std::size_t frames) {
  for (Finding& finding : result.findings) {
    for (std::optional<Side>* side : {&finding.owner, &finding.freed, &finding.offender}) shorten(*side, frames);
    for (Side& handoff : finding.handoffs) handoff.stack.clear();
  }
  result.notes.push_back(fmt::format("of each stack run.json has {} frames at most: the disk is full", frames));
  return result;
}

}  // namespace

Status keep_result(RunResult& result) {
  int error = write_result(result);
  for (const char* large : {"black_box.bin", "plan.jsonl.zst"}) {
    if (means_full_disk(error) && give_way(result, large)) error = write_result(result);
  }
  for (const std::size_t frames : {few_frames, min_frames}) {
    if (!means_full_disk(error)) break;
    const RunResult smaller = shorten_stacks(result, frames);
    error = write_result(smaller);
    if (error == 0) result.notes = smaller.notes;
  }
  if (error != 0) return cannot_write(path_of(result), error);
  return Success{};
}

}  // namespace heapstorm::cli
