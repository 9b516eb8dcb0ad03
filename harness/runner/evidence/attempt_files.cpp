#include "harness/runner/evidence/attempt_files.h"

#include "harness/files/atomic_file.h"
#include "harness/files/text_file.h"
#include "harness/findings/log_findings.h"
#include "harness/runner/evidence/plan_file.h"

namespace heapstorm {
namespace {

constexpr std::uint64_t saved_arena_bytes = 256ull << 20;
constexpr std::size_t tail_lines = 5;
constexpr std::size_t tail_bytes = 2000;

}  // namespace

Status write_inputs(const Scenario& scenario, const Plan& plan, const RunOptions& options,
                    std::vector<std::string>& notes) {
  const RunDirectory& directory = options.directory;
  const Status written = write_file_atomically(directory.file("scenario.json"), scenario.resolved_json + "\n");
  if (!written) return written;
  if (const Status planned = write_plan_file(plan, directory.file("plan.jsonl.zst"), options.stop); !planned) {
    notes.push_back(left_out_note("plan.jsonl.zst", planned.error().message));
  }
  return Success{};
}

void save_black_box(const BlackBoxFile& box, const RunDirectory& directory, std::vector<std::string>& notes) {
  const auto saved = box.save(directory.file("black_box.bin"), saved_arena_bytes);
  if (!saved) notes.push_back(left_out_note("black_box.bin", saved.error().message));
  if (saved && saved.value().cut) notes.push_back("black_box.bin holds only the first 256 MiB of the heaps' memory");
}

void note_last_words(const RunDirectory& directory, std::vector<std::string>& notes) {
  const std::string tail = read_tail(directory.file("target.stderr"), tail_lines, tail_bytes);
  if (!tail.empty()) notes.push_back("the target's last words: " + without_escape_sequences(tail));
}

}  // namespace heapstorm
