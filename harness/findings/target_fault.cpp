#include "harness/findings/target_fault.h"

#include <algorithm>
#include <vector>

namespace heapstorm {
namespace {

// Of the threads with this number of the system's, the youngest: numbers are used again.
void fill_thread(const BlackBoxReader& box, std::uint32_t tid, Side& side) {
  for (const ThreadInfo& thread : box.threads()) {
    if (thread.tid != tid) continue;
    side.thread = thread.name;
    side.slot = thread.slot;
    side.generation = thread.generation;
  }
}

std::vector<Frame> frames_of(const BlackBoxReader& box, std::uint64_t pc, Symbolizer& symbolizer) {
  const std::vector<ModuleInfo> modules = box.modules();
  const auto module = std::find_if(modules.begin(), modules.end(), [&](const ModuleInfo& candidate) {
    return pc >= candidate.begin && pc < candidate.end;
  });
  if (module == modules.end()) return {};
  return symbolizer.frames({module->path, pc - module->load_bias, false});
}

}  // namespace

std::optional<TargetFault> fault_of(const BlackBoxReader& box, Symbolizer& symbolizer) {
  const heapstorm_box_control control = box.control();
  if (control.fault_signal == 0) return std::nullopt;
  TargetFault fault;
  fault.signal = static_cast<int>(control.fault_signal);
  fault.address = control.fault_address;
  fill_thread(box, control.fault_tid, fault.thread);
  fault.thread.stack = frames_of(box, control.fault_pc, symbolizer);
  fault.thread.stack_end = StackEnd::lost;  // a signal handler knows the instruction, and follows no stack
  return fault;
}

}  // namespace heapstorm
