#include "harness/findings/deeds.h"

#include <string_view>

#include "harness/findings/frame_origin.h"

namespace heapstorm {
namespace {

bool is_race(std::string_view kind) {
  return kind == "data_race" || kind == "helgrind:Race";
}

bool is_lock_order(std::string_view kind) {
  return kind == "tsan:lock-order-inversion" || kind == "helgrind:LockOrder";
}

const char* deed_of_owner(std::string_view kind) {
  if (kind == "foreign_allocate") return "heap of";
  if (is_race(kind)) return "accessed before by";
  if (is_lock_order(kind)) return "locked the other way by";
  return "allocated by";
}

// An owner heap sees a damaged block when somebody frees it, but for what ASan shows it at the very access: then the
// block is still live.
bool was_noticed_late(const Finding& finding) {
  return finding.source == "owner_heap" && !(finding.block && finding.block->state == "live");
}

const char* deed_of_offender(const Finding& finding) {
  const std::string_view kind = finding.kind;
  if (kind == "foreign_realloc") return "reallocated by";
  if (kind == "foreign_allocate") return "allocated by";
  if (kind == "double_free" || kind == "asan:double-free") return "freed again by";
  if (kind == "overflow" && was_noticed_late(finding)) return "overflowed, noticed at free by";
  if (kind == "underflow" && was_noticed_late(finding)) return "underflowed, noticed at free by";
  if (kind == "valgrind:InvalidRead") return "read by";
  if (kind == "valgrind:InvalidWrite") return "written by";
  if (kind == "valgrind:InvalidFree" && finding.freed) return "freed again by";
  if (kind == "foreign_free" || kind == "owner_exited_free" || kind == "invalid_free" || kind == "asan:bad-free" ||
      kind == "asan:alloc-dealloc-mismatch" || kind == "valgrind:InvalidFree" || kind == "valgrind:MismatchedFree")
    return "freed by";
  if (is_lock_order(kind)) return "locked by";
  const bool accessed = is_race(kind) || kind == "use_after_free" || kind == "overflow" || kind == "underflow" ||
                        kind == "null_deref" || kind == "crash" || kind == "asan:SEGV" || kind == "tsan:SEGV" ||
                        kind.ends_with("use-after-free") || kind.ends_with("use-after-poison") ||
                        kind.ends_with("-overflow") || kind.ends_with("-underflow");
  return accessed && kind != "asan:stack-overflow" && !kind.starts_with("ubsan:") ? "accessed by" : "seen on";
}

bool is_compiled_into_program(FrameOrigin origin) {
  return is_own(origin) || origin == FrameOrigin::installed_library || origin == FrameOrigin::scaffolding ||
         origin == FrameOrigin::headers;
}

}  // namespace

std::string deed_of(const Finding& finding, SideRole role, const Side& side) {
  if (!side.deed.empty()) return side.deed;
  switch (role) {
    case SideRole::owner:
      return deed_of_owner(finding.kind);
    case SideRole::handoff:
      return "handed on to";
    case SideRole::freed:
      return finding.block && finding.block->state == "moved" ? "reallocated by" : "freed by";
    case SideRole::offender:
      break;
  }
  return deed_of_offender(finding);
}

const Frame* place_of(const Finding& finding) {
  // A side may be in nobody's code but libc's, or a header's: a thread that starts with free(), say.
  for (const auto accepts : {is_own, is_compiled_into_program}) {
    for (const std::optional<Side>* side : {&finding.offender, &finding.owner, &finding.freed}) {
      const Frame* const frame = *side ? reading_frame((*side)->stack) : nullptr;
      if (frame != nullptr && !frame->file.empty() && accepts(origin_of(*frame))) return frame;
    }
  }
  return nullptr;
}

std::vector<NamedSide> sides_of(const Finding& finding) {
  std::vector<NamedSide> sides;
  const auto add = [&](SideRole role, const Side& side) {
    sides.push_back({role, deed_of(finding, role, side), &side});
  };
  if (finding.owner) add(SideRole::owner, *finding.owner);
  for (const Side& handoff : finding.handoffs) add(SideRole::handoff, handoff);
  if (finding.freed) add(SideRole::freed, *finding.freed);
  if (finding.offender) add(SideRole::offender, *finding.offender);
  return sides;
}

}  // namespace heapstorm
