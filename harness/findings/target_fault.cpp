#include "harness/findings/target_fault.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "harness/findings/box_stacks.h"
#include "harness/findings/owner_heap_findings.h"
#include "harness/findings/stack_end.h"

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

std::vector<Frame> frames_of_instruction(const BlackBoxReader& box, std::uint64_t pc, Symbolizer& symbolizer) {
  const std::vector<ModuleInfo> modules = box.modules();
  const auto module = std::find_if(modules.begin(), modules.end(), [&](const ModuleInfo& candidate) {
    return pc >= candidate.begin && pc < candidate.end;
  });
  if (module == modules.end()) return {};
  return symbolizer.frames({module->path, pc - module->load_bias, false});
}

void fill_stack(const BlackBoxReader& box, const heapstorm_box_control& control, Symbolizer& symbolizer, Side& side) {
  side.stack = frames_of_instruction(box, control.fault_pc, symbolizer);
  side.stack_end = StackEnd::lost;
  if (control.fault_stack == 0) return;
  BoxStacks stacks(box, symbolizer);
  std::vector<Frame> callers = stacks.frames(control.fault_stack, side.stack_end);
  std::move(callers.begin(), callers.end(), std::back_inserter(side.stack));
}

}  // namespace

std::optional<TargetFault> fault_of(const BlackBoxReader& box, Symbolizer& symbolizer) {
  const heapstorm_box_control control = box.control();
  if (control.fault_signal == 0) return std::nullopt;
  TargetFault fault;
  fault.signal = static_cast<int>(control.fault_signal);
  fault.address = control.fault_address;
  fault.stack_exhausted = (control.fault_flags & HEAPSTORM_FAULT_STACK_EXHAUSTED) != 0;
  fill_thread(box, control.fault_tid, fault.thread);
  fill_work(control.fault_connection, control.fault_action, fault.thread);
  fill_stack(box, control, symbolizer, fault.thread);
  return fault;
}

}  // namespace heapstorm
