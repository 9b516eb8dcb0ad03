#include "harness/runner/signal_faults.h"

#include <algorithm>

namespace heapstorm {
namespace {
bool is_due(const SignalFault& fault, std::uint64_t findings, std::uint64_t elapsed_ms) {
  return (fault.after_findings && findings >= *fault.after_findings) ||
         (fault.after_ms && elapsed_ms >= *fault.after_ms);
}
}  // namespace

SignalFaults::SignalFaults(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) {
    if (const auto* signal = std::get_if<SignalFault>(&fault)) waiting_.push_back(*signal);
  }
}

void SignalFaults::poll(std::uint64_t findings, std::uint64_t elapsed_ms, Process& target) {
  std::erase_if(waiting_, [&](const SignalFault& fault) {
    if (!is_due(fault, findings, elapsed_ms)) return false;
    target.signal(fault.number);
    sent_.insert(fault.number);
    return true;
  });
}

bool SignalFaults::waits_for_findings() const {
  return std::any_of(waiting_.begin(), waiting_.end(),
                     [](const SignalFault& fault) { return fault.after_findings.has_value(); });
}

}  // namespace heapstorm
