#include "harness/findings/target_death.h"

#include <fmt/core.h>
#include <signal.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "harness/abi/black_box.h"
#include "harness/findings/black_box/box_stacks.h"
#include "harness/findings/fingerprint.h"
#include "harness/findings/logs/fault_address.h"
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

bool is_crash(int signal) {
  static constexpr std::array<int, 6> crashes = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS};
  return std::find(crashes.begin(), crashes.end(), signal) != crashes.end();
}

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name == nullptr ? fmt::format("signal {}", signal) : fmt::format("SIG{}", name);
}

Finding death_finding(const TargetDeath& death, std::string kind, std::string source, std::string summary) {
  Finding finding;
  finding.kind = std::move(kind);
  finding.severity = "error";
  finding.at_ms = death.at_ms;
  finding.source = std::move(source);
  finding.summary = std::move(summary);
  finding.fingerprint = fingerprint(finding);
  return finding;
}

std::string kind_of_signal(int signal) {
  return is_crash(signal) ? "crash" : signal == SIGABRT ? "abort" : "unexpected_exit";
}

bool is_access(int signal) {
  return signal == SIGSEGV || signal == SIGBUS;
}

// "worker-1 accessed address 0x8 (near null)".
std::string access_words(const TargetFault& fault, FaultAddress kind, const std::string& who) {
  if (fault.stack_exhausted) return who + " exhausted its stack";
  if (fault.address == HEAPSTORM_ADDRESS_NON_CANONICAL) return who + " accessed a non-canonical address";
  return fmt::format("{} accessed address {:#x} ({})", who, fault.address, fault_address_name(kind));
}

std::string fault_words(const TargetFault& fault) {
  const std::string who = fault.thread.thread.empty() ? "a thread" : fault.thread.thread;
  if (is_access(fault.signal)) return access_words(fault, classify_address(fault.address), who);
  return fault.signal == SIGABRT ? who + " aborted" : who + " met it";
}

// Where what a kind says of itself is not what this side did.
std::string deed_of_fault(const TargetFault& fault) {
  if (fault.stack_exhausted) return "seen on";
  return is_access(fault.signal) ? "" : fault.signal == SIGABRT ? "aborted by" : "seen on";
}

Finding of_fault(const TargetDeath& death, const TargetFault& fault) {
  const bool is_null = fault.signal == SIGSEGV && is_null_dereference(classify_address(fault.address));
  std::string summary = "the target died of " + signal_name(fault.signal) + ": " + fault_words(fault);
  if (!death.last_words.empty()) summary += "; " + death.last_words;
  Finding finding =
      death_finding(death, is_null ? "null_deref" : kind_of_signal(fault.signal), "signal", std::move(summary));
  finding.offender = fault.thread;
  finding.offender->deed = deed_of_fault(fault);
  finding.fingerprint = fingerprint(finding);
  return finding;
}

std::optional<Finding> of_signal(const TargetDeath& death, int signal) {
  if (death.signal_sent == signal) return std::nullopt;
  if (signal == SIGABRT && (death.policy_aborts || death.sanitizer_reported)) return std::nullopt;
  if (death.fault && death.fault->signal == signal) return of_fault(death, *death.fault);
  return death_finding(death, kind_of_signal(signal), "signal", "the target died of " + signal_name(signal));
}

std::optional<Finding> of_code(const TargetDeath& death, int code) {
  if (code == 0 || death.sanitizer_reported) return std::nullopt;
  return death_finding(death, "unexpected_exit", "exit", fmt::format("the target exited with code {}", code));
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

std::optional<Finding> finding_of_death(const TargetDeath& death) {
  if (death.signal) return of_signal(death, *death.signal);
  if (death.code) return of_code(death, *death.code);
  return std::nullopt;
}

}  // namespace heapstorm
