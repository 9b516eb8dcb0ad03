// BlackBoxReader's findings: the records, and what does not make sense in them.
#include <string>

#include "harness/findings/black_box_reader.h"

namespace heapstorm {
namespace {

constexpr std::uint64_t max_bytes = 1ull << 47;                  // a process's address range
constexpr std::uint64_t max_us = 10ull * 366 * 86400 * 1000000;  // no run lasts ten years

bool known_block_state(std::uint32_t state) {
  switch (state) {
    case 0:
    case HEAPSTORM_BLOCK_LIVE:
    case HEAPSTORM_BLOCK_FREEING:
    case HEAPSTORM_BLOCK_TAKEN:
    case HEAPSTORM_BLOCK_QUARANTINED:
    case HEAPSTORM_BLOCK_FREED:
    case HEAPSTORM_BLOCK_MOVED:
      return true;
    default:
      return false;
  }
}

void check_scalars(const heapstorm_box_finding& record, std::vector<std::string>& damage) {
  constexpr std::uint32_t known_flags =
      HEAPSTORM_FINDING_OWNER_EXITED | HEAPSTORM_FINDING_HEADER_DAMAGED | HEAPSTORM_FINDING_INTERIOR;
  if (record.kind == HEAPSTORM_KIND_NONE || record.kind >= HEAPSTORM_KIND_COUNT) damage.push_back("no such kind");
  if (record.count == 0 || record.count >> 48 != 0) damage.push_back("absurd count");
  if (record.at_us > max_us) damage.push_back("absurd time");
  if (record.block_bytes > max_bytes) damage.push_back("absurd block size");
  if (record.block_count > max_bytes) damage.push_back("absurd block count");
  if (!known_block_state(record.block_state)) damage.push_back("no such block state");
  if ((record.flags & ~known_flags) != 0) damage.push_back("unknown flags");
}

}  // namespace

void BlackBoxReader::check_side(const char* which, const heapstorm_box_side& side,
                                std::vector<std::string>& damage) const {
  const auto note = [&](const char* what) { damage.push_back(std::string(which) + ": " + what); };
  if (side.thread != 0 && !thread(side.thread)) note("no such thread");
  if (!stack(side.stack)) note("no such stack");
  if (!name(side.text)) note("no such text");
  if (HEAPSTORM_ACTION_KIND(side.action) > HEAPSTORM_ACTION_CLOSE) note("no such action");
}

void BlackBoxReader::check_finding(RawFinding& finding, std::uint32_t reserved) const {
  const heapstorm_box_finding& record = finding.record;
  if (record.state != HEAPSTORM_FINDING_PUBLISHED) finding.damage.push_back("state overwritten");
  if (finding.index >= reserved) finding.damage.push_back("beyond the last record");
  check_scalars(record, finding.damage);
  if (!name(record.tag)) finding.damage.push_back("no such tag");
  if (handoffs(record.handoff).damaged) finding.damage.push_back("broken chain of hand-offs");
  check_side("owner", record.owner, finding.damage);
  check_side("freed", record.freed, finding.damage);
  check_side("offender", record.offender, finding.damage);
}

std::vector<RawFinding> BlackBoxReader::findings() const {
  std::vector<RawFinding> findings;
  std::uint32_t reserved = control().next_finding;
  for (std::uint32_t i = 0; i < HEAPSTORM_FINDINGS; ++i) {
    const std::uint64_t offset = sections_[HEAPSTORM_SECTION_FINDINGS].offset + i * sizeof(heapstorm_box_finding);
    // Empty: free, or reserved by a thread that still fills it or died while it did. Most are, and are not copied.
    if (bytes_.acquire(offset + offsetof(heapstorm_box_finding, state)) == HEAPSTORM_FINDING_EMPTY) continue;
    const auto record = bytes_.copy<heapstorm_box_finding>(offset);
    if (!record) break;
    if (record->state == HEAPSTORM_FINDING_EMPTY) continue;
    // A live target goes on: a record that it has published since then is no damage.
    if (i >= reserved) reserved = control().next_finding;
    if (record->state != HEAPSTORM_FINDING_PUBLISHED && i >= reserved) continue;
    RawFinding finding{i, *record, {}};
    check_finding(finding, reserved);
    findings.push_back(std::move(finding));
  }
  return findings;
}

const char* kind_name(std::uint32_t kind) {
  switch (kind) {
    case HEAPSTORM_FOREIGN_FREE:
      return "foreign_free";
    case HEAPSTORM_FOREIGN_REALLOC:
      return "foreign_realloc";
    case HEAPSTORM_FOREIGN_ALLOCATE:
      return "foreign_allocate";
    case HEAPSTORM_DOUBLE_FREE:
      return "double_free";
    case HEAPSTORM_INVALID_FREE:
      return "invalid_free";
    case HEAPSTORM_USE_AFTER_FREE:
      return "use_after_free";
    case HEAPSTORM_OVERFLOW:
      return "overflow";
    case HEAPSTORM_UNDERFLOW:
      return "underflow";
    case HEAPSTORM_OWNER_EXITED_FREE:
      return "owner_exited_free";
    case HEAPSTORM_LEAK_AT_THREAD_EXIT:
      return "leak_at_thread_exit";
    default:
      return "unknown";
  }
}

const char* block_state_name(std::uint32_t state) {
  switch (state) {
    case HEAPSTORM_BLOCK_LIVE:
      return "live";
    case HEAPSTORM_BLOCK_FREEING:
    case HEAPSTORM_BLOCK_TAKEN:
    case HEAPSTORM_BLOCK_QUARANTINED:
      return "quarantined";
    case HEAPSTORM_BLOCK_FREED:
      return "freed";
    case HEAPSTORM_BLOCK_MOVED:
      return "moved";
    default:
      return "unknown";
  }
}

}  // namespace heapstorm
