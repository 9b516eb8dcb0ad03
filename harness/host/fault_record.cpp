#include "harness/host/fault_record.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#include <algorithm>
#include <ctime>
#include <span>

#include "harness/abi/black_box.h"
#include "harness/heap/heap.h"
#include "harness/heap/stack_walk.h"
#include "harness/host/control_cells.h"

namespace heapstorm::host {

namespace {

using heap::StackBounds;

#if defined(HEAPSTORM_ASAN)
constexpr bool sanitizer_has_alternate_stacks = true;
#else
constexpr bool sanitizer_has_alternate_stacks = false;
#endif

#if defined(HEAPSTORM_ASAN) || defined(HEAPSTORM_TSAN)
constexpr int recorded_signals[] = {SIGILL, SIGTRAP, SIGABRT};
#else
constexpr int recorded_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
#endif

// How near to the end of a stack an access is that was meant for the next frame.
constexpr std::uint64_t stack_end_bytes = 64 * 1024;

// Of threads with an AlternateStack.
thread_local constinit StackBounds stack_of_thread;

struct Registers {
  std::uint64_t instruction = 0;
  std::uint64_t stack = 0;
  std::uint64_t frame = 0;
  std::uint64_t link = 0;  // where the last call returns to, if a register has that
};

Registers registers_of(const void* context) {
  const auto& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  const auto value = [&](int number) { return static_cast<std::uint64_t>(machine.gregs[number]); };
  return {value(REG_RIP), value(REG_RSP), value(REG_RBP), 0};
#elif defined(__aarch64__)
  return {machine.pc, machine.sp, machine.regs[29], machine.regs[30]};
#else
  static_cast<void>(machine);
  return {};
#endif
}

// A signal that somebody sent, and not of what the thread did.
bool is_sent(const siginfo_t& information) {
  return information.si_code <= 0;
}

// abort() sends the signal to its own thread.
bool is_of_this_process(int number, const siginfo_t& information) {
  return !is_sent(information) || (number == SIGABRT && information.si_pid == ::getpid());
}

// Of an access to an address that the processor has not, the kernel says (SI_KERNEL) that there was one, not which.
std::uint64_t address_of(const siginfo_t& information) {
  if (information.si_code == SI_KERNEL) return HEAPSTORM_ADDRESS_NON_CANONICAL;
  return reinterpret_cast<std::uint64_t>(information.si_addr);
}

bool is_access(int number) {
  return number == SIGSEGV || number == SIGBUS;
}

bool is_at_end_of_stack(const Registers& at, std::uint64_t address) {
  const std::uint64_t low = stack_of_thread.low;
  if (low == 0 || at.stack > low + stack_end_bytes) return false;
  return address + stack_end_bytes > std::min(at.stack, low) && address < low + stack_end_bytes;
}

struct Callers {
  std::uint64_t instruction;  // whose callers are wanted
  bool reached = false;       // the frames before it are the handler's
  std::uint64_t addresses[HEAPSTORM_STACK_FRAMES] = {};
  std::uint32_t count = 0;

  bool is_full() const { return count == HEAPSTORM_STACK_FRAMES; }
  void add(std::uint64_t address) {
    if (!is_full()) addresses[count++] = address;
  }
};

_Unwind_Reason_Code add_frame(_Unwind_Context* frame, void* state) {
  auto& callers = *static_cast<Callers*>(state);
  const std::uint64_t address = _Unwind_GetIP(frame);
  if (callers.reached && address != 0) callers.add(address);
  callers.reached = callers.reached || address == callers.instruction;
  return callers.is_full() ? _URC_END_OF_STACK : _URC_NO_REASON;
}

// What was called is no code: only the call itself has been done, so its return address is the last word.
void add_callers_of_no_code(const Registers& at, Callers& callers) {
  const StackBounds& bounds = stack_of_thread;
  const bool on_stack = at.stack >= bounds.low && at.stack + sizeof(std::uint64_t) <= bounds.high;
  if (at.link == 0 && !on_stack) return;
  callers.add(at.link != 0 ? at.link : *reinterpret_cast<const std::uint64_t*>(at.stack));
  if (at.frame < at.stack || at.frame >= bounds.high) return;
  heap::StackWalk walk;
  heap::walk_stack(at.frame, bounds, walk);
  for (const auto& link : std::span(walk.links, walk.count)) callers.add(link.return_address);
}

// By the unwinder, which needs no frame pointers: libc has none. It takes no lock where the loader answers without one
// (glibc 2.35); and if it stumbles, the process dies of the next fault instead, already recorded.
Callers callers_of(const Registers& at) {
  Callers callers{.instruction = at.instruction};
  _Unwind_Backtrace(add_frame, &callers);
  const bool is_code = _Unwind_FindEnclosingFunction(reinterpret_cast<void*>(at.instruction)) != nullptr;
  if (callers.count == 0 && !is_code) add_callers_of_no_code(at, callers);
  return callers;
}

void record_details(int number, std::uint64_t address, const Registers& at) {
  const bool exhausted = is_access(number) && is_at_end_of_stack(at, address);
  const Callers callers = callers_of(at);
  publish_fault_details(heapstorm_side_of_fault(callers.addresses, callers.count),
                        exhausted ? HEAPSTORM_FAULT_STACK_EXHAUSTED : 0);
}

// The process ends with the thread whose fault is recorded: until that has finished, or is stuck, another one waits.
// One whose own record is what stumbled does not.
void wait_for_end() {
  if (fault_is_own()) return;
  constexpr timespec millisecond{.tv_sec = 0, .tv_nsec = 1'000'000};
  for (int waited_ms = 0; waited_ms < 2000; ++waited_ms) nanosleep(&millisecond, nullptr);
}

// An instruction that faulted is repeated on return and faults again, then with the default action; a signal that was
// sent, or comes after its instruction, must be sent once more.
void on_fault(int number, siginfo_t* information, void* context) {
  const bool repeats = !is_sent(*information) && number != SIGTRAP;
  if (is_of_this_process(number, *information)) {
    const Registers at = registers_of(context);
    const std::uint64_t address = address_of(*information);
    if (publish_fault(number, address, at.instruction)) {
      record_details(number, address, at);
    } else {
      wait_for_end();
    }
  }
  signal(number, SIG_DFL);
  if (!repeats) raise(number);
}

}  // namespace

void record_faults() {
  struct sigaction action{};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (const int number : recorded_signals) sigaddset(&action.sa_mask, number);
  for (const int number : recorded_signals) sigaction(number, &action, nullptr);
}

AlternateStack::AlternateStack() {
  if (sanitizer_has_alternate_stacks) return;
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return;  // faults are recorded all the same, but for that of an exhausted stack
  const stack_t stack{.ss_sp = memory, .ss_flags = 0, .ss_size = bytes};
  if (sigaltstack(&stack, nullptr) != 0) {
    munmap(memory, bytes);
    return;
  }
  memory_ = memory;
  stack_of_thread = StackBounds::of_this_thread();
}

AlternateStack::~AlternateStack() {
  if (memory_ == nullptr) return;
  stack_of_thread = {};
  const stack_t none{.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
  sigaltstack(&none, nullptr);
  munmap(memory_, bytes);
}

}  // namespace heapstorm::host
