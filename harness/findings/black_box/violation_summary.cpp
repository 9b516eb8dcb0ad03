#include "harness/findings/black_box/violation_summary.h"

#include <fmt/core.h>

#include <optional>

namespace heapstorm {
namespace {

std::string thread_name(const std::optional<Side>& side) {
  return side && !side->thread.empty() ? side->thread : "an unknown thread";
}

std::string tagged(const Finding& finding) {
  return finding.block && !finding.block->tag.empty() ? " tagged " + finding.block->tag : "";
}

std::string wrong_byte(std::uint32_t damaged_at) {
  const auto offset = static_cast<std::int32_t>(damaged_at);
  return fmt::format("first wrong byte at offset {}", offset);
}

std::string leak_summary(const Finding& finding, const heapstorm_box_finding& record) {
  return fmt::format("{} block{} of {} bytes in all{}, allocated by {}, still live when it exited", record.block_count,
                     record.block_count == 1 ? "" : "s", record.block_bytes, tagged(finding),
                     thread_name(finding.owner));
}

std::string invalid_free_summary(const Finding& finding, const heapstorm_box_finding& record) {
  const bool interior = (record.flags & HEAPSTORM_FINDING_INTERIOR) != 0;
  const std::string place =
      finding.block && !finding.block->lies_in.empty() ? " (into " + finding.block->lies_in + ")" : "";
  return fmt::format("{}{} was freed by {}", interior ? "a pointer into a block" : "a pointer that no heap gave out",
                     place, thread_name(finding.offender));
}

// Only a sanitizer stops whoever does it. Otherwise just the write is seen, later.
std::string use_after_free(const Finding& finding, const heapstorm_box_finding& record) {
  if (!finding.offender) {
    return fmt::format("written to afterwards by an unknown thread ({})", wrong_byte(record.damaged_at));
  }
  return fmt::format("used afterwards by {} (at offset {})", thread_name(finding.offender),
                     static_cast<std::int32_t>(record.damaged_at));
}

std::string owner_name(const Finding& finding, const heapstorm_box_finding& record) {
  const bool exited =
      record.kind == HEAPSTORM_OWNER_EXITED_FREE || (record.flags & HEAPSTORM_FINDING_OWNER_EXITED) != 0;
  return thread_name(finding.owner) + (exited ? ", which has exited" : "");
}

// What follows "allocated by X, ".
std::string deed(const Finding& finding, const heapstorm_box_finding& record) {
  const std::string offender = thread_name(finding.offender);
  switch (record.kind) {
    case HEAPSTORM_FOREIGN_REALLOC:
      return "reallocated by " + offender;
    case HEAPSTORM_DOUBLE_FREE:
      return fmt::format("freed by {}, freed again by {}", thread_name(finding.freed), offender);
    case HEAPSTORM_USE_AFTER_FREE:
      return fmt::format("freed by {}, {}", thread_name(finding.freed), use_after_free(finding, record));
    case HEAPSTORM_OVERFLOW:
      return fmt::format("written past its end ({})", wrong_byte(record.damaged_at));
    case HEAPSTORM_UNDERFLOW:
      return fmt::format("written before its start ({})", wrong_byte(record.damaged_at));
    default:
      return "freed by " + offender;
  }
}

}  // namespace

std::string describe_violation(const Finding& finding, const heapstorm_box_finding& record) {
  if (record.kind == HEAPSTORM_LEAK_AT_THREAD_EXIT) return leak_summary(finding, record);
  if (record.kind == HEAPSTORM_INVALID_FREE) return invalid_free_summary(finding, record);
  const std::string block = fmt::format("block of {} bytes{}", record.block_bytes, tagged(finding));
  if (record.kind == HEAPSTORM_FOREIGN_ALLOCATE) {
    return fmt::format("{}: allocated in {}'s heap by {}", block, thread_name(finding.owner),
                       thread_name(finding.offender));
  }
  if (record.kind == HEAPSTORM_KIND_NONE || record.kind >= HEAPSTORM_KIND_COUNT) return "a record that was overwritten";
  return fmt::format("{}: allocated by {}, {}", block, owner_name(finding, record), deed(finding, record));
}

}  // namespace heapstorm
