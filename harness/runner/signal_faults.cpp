#include "harness/runner/signal_faults.h"

#include <algorithm>
#include <csignal>

#include "harness/process/process_tree.h"

namespace heapstorm {
namespace {

bool is_due(const SignalFault& fault, std::uint64_t findings, std::uint64_t elapsed_ms) {
  return (fault.after_findings && findings >= *fault.after_findings) ||
         (fault.after_ms && elapsed_ms >= *fault.after_ms);
}

bool stops_or_continues(int number) {
  return number == SIGSTOP || number == SIGCONT;
}

}  // namespace

SignalFaults::SignalFaults(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) {
    if (const auto* signal = std::get_if<SignalFault>(&fault)) waiting_.push_back(*signal);
  }
}

void SignalFaults::poll(std::uint64_t findings, std::uint64_t elapsed_ms, Process& target) {
  if (unseen_ != 0) look(target.pid());
  std::erase_if(waiting_, [&](const SignalFault& fault) {
    if (!is_due(fault, findings, elapsed_ms)) return false;
    target.signal(fault.number);
    ++sent_[fault.number];
    if (stops_or_continues(fault.number)) unseen_ = fault.number;
    return true;
  });
}

void SignalFaults::look(int pid) {
  const bool stopped = is_stopped(pid);
  if (stopped != (unseen_ == SIGSTOP)) return;
  ++seen_[unseen_];
  unseen_ = 0;
}

bool SignalFaults::waits_for_findings() const {
  return std::any_of(waiting_.begin(), waiting_.end(),
                     [](const SignalFault& fault) { return fault.after_findings.has_value(); });
}

std::uint64_t SignalFaults::times_sent(int signal_number) const {
  const auto found = sent_.find(signal_number);
  return found == sent_.end() ? 0 : found->second;
}

std::uint64_t SignalFaults::sent_in_all() const {
  std::uint64_t sum = 0;
  for (const auto& [number, times] : sent_) sum += times;
  return sum;
}

std::optional<std::uint64_t> SignalFaults::times_seen(int signal_number) const {
  if (!stops_or_continues(signal_number)) return std::nullopt;
  const auto found = seen_.find(signal_number);
  return found == seen_.end() ? 0 : found->second;
}

}  // namespace heapstorm
