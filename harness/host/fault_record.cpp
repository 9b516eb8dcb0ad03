#include "harness/host/fault_record.h"

#include <signal.h>
#include <ucontext.h>

#include <cstdint>

#include "harness/abi/black_box.h"
#include "harness/host/control_cells.h"

namespace heapstorm::host {

namespace {

#if defined(HEAPSTORM_ASAN) || defined(HEAPSTORM_TSAN)
constexpr bool sanitizer_reports_faults = true;
#else
constexpr bool sanitizer_reports_faults = false;
#endif

std::uint64_t instruction_of(const void* context) {
  const auto& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  return static_cast<std::uint64_t>(machine.gregs[REG_RIP]);
#elif defined(__aarch64__)
  return machine.pc;
#else
  static_cast<void>(machine);
  return 0;
#endif
}

// Not of an access: a signal that somebody sent.
bool is_sent(const siginfo_t& information) {
  return information.si_code <= 0;
}

// Of an access to an address that the processor has not, the kernel says (SI_KERNEL) that there was one, not which.
std::uint64_t address_of(const siginfo_t& information) {
  if (information.si_code == SI_KERNEL) return HEAPSTORM_ADDRESS_NON_CANONICAL;
  return reinterpret_cast<std::uint64_t>(information.si_addr);
}

// An access that faulted is repeated on return and faults again, then with the default action; a signal that was sent
// must be sent once more. A second thread that faults while the first is still here comes back until that has finished.
void on_fault(int number, siginfo_t* information, void* context) {
  const bool sent = is_sent(*information);
  if (!sent && !publish_fault(number, address_of(*information), instruction_of(context))) return;
  signal(number, SIG_DFL);
  if (sent) raise(number);
}

}  // namespace

void record_faults() {
  if (sanitizer_reports_faults) return;
  struct sigaction action{};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, nullptr);
  sigaction(SIGBUS, &action, nullptr);
}

}  // namespace heapstorm::host
