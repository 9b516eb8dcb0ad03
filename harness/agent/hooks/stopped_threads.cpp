#include "harness/agent/hooks/stopped_threads.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>

#include <atomic>
#include <climits>
#include <cstddef>
#include <cstring>

#include "harness/agent/hooks/system_calls.h"

namespace heapstorm::agent {
namespace {

constexpr int stop_signal = 33;
constexpr long signal_set_bytes = 8;
constexpr std::uint32_t max_threads = 8192;
constexpr std::int64_t deadline_ns = 2'000'000'000;
constexpr std::int64_t scan_pause_ns = 100'000;

// As the kernel takes it.
struct KernelAction {
  void (*handler)(int, siginfo_t*, void*);
  unsigned long flags;
  void (*restorer)();
  unsigned long mask;
};
constexpr unsigned long with_restorer = 0x04000000;

extern "C" void heapstorm_agent_return_from_signal();
asm(R"(
.text
.p2align 4
.hidden heapstorm_agent_return_from_signal
.type heapstorm_agent_return_from_signal, @function
heapstorm_agent_return_from_signal:
  movq $15, %rax
  syscall
.size heapstorm_agent_return_from_signal, . - heapstorm_agent_return_from_signal
)");

// What the handlers see of the one that lives.
struct Stop {
  std::atomic<std::uint32_t> stopped{0};   // threads in the handler
  std::atomic<std::uint32_t> released{0};  // futex: 1: go on
  StoppedThreads::NewPlace new_place = nullptr;
  const void* context = nullptr;
  KernelAction before{};
  std::uint32_t signalled = 0;
  std::uint32_t tids[max_threads];
};
Stop stop;

std::int64_t now_ns() {
  timespec now{};
  system_call(SYS_clock_gettime, CLOCK_MONOTONIC, as_argument(&now));
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

void pause() {
  const timespec duration{0, scan_pause_ns};
  system_call(SYS_nanosleep, as_argument(&duration), 0);
}

void on_stop(int number, siginfo_t* info, void* machine) {
  if (info->si_code != SI_QUEUE || info->si_value.sival_ptr != &stop) {
    if (stop.before.handler != nullptr) stop.before.handler(number, info, machine);
    return;
  }
  stop.stopped.fetch_add(1);
  while (stop.released.load() == 0) {
    system_call(SYS_futex, as_argument(&stop.released), FUTEX_WAIT_PRIVATE, 0, 0);
  }
  if (stop.new_place != nullptr) {
    greg_t& place = static_cast<ucontext_t*>(machine)->uc_mcontext.gregs[REG_RIP];
    place = static_cast<greg_t>(stop.new_place(static_cast<std::uint64_t>(place), stop.context));
  }
  stop.stopped.fetch_sub(1);
}

bool is_signalled(std::uint32_t tid) {
  for (std::uint32_t i = 0; i < stop.signalled; ++i) {
    if (stop.tids[i] == tid) return true;
  }
  return false;
}

// The thread may end meanwhile.
void signal_thread(long process, std::uint32_t tid) {
  siginfo_t info{};
  info.si_signo = stop_signal;
  info.si_code = SI_QUEUE;
  info.si_pid = static_cast<pid_t>(process);
  info.si_value.sival_ptr = &stop;
  if (system_call(SYS_rt_tgsigqueueinfo, process, tid, stop_signal, as_argument(&info)) == 0) {
    stop.tids[stop.signalled++] = tid;
  }
}

struct Entry {
  std::uint64_t inode;
  std::int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[1];
};

std::uint32_t to_number(const char* text) {
  std::uint32_t number = 0;
  for (; *text >= '0' && *text <= '9'; ++text) number = number * 10 + static_cast<std::uint32_t>(*text - '0');
  return *text == 0 ? number : 0;
}

// A main thread that has left by pthread_exit stays listed, and runs nothing. `name`: its folder in `tasks`.
bool has_ended(long tasks, const char* name) {
  char path[32];
  std::size_t length = 0;
  for (; name[length] != 0 && length < 16; ++length) path[length] = name[length];
  std::memcpy(path + length, "/stat", sizeof "/stat");
  const long file = system_call(SYS_openat, tasks, as_argument(path), O_RDONLY | O_CLOEXEC);
  if (file < 0) return true;
  char text[256];
  const long size = system_call(SYS_read, file, as_argument(text), sizeof text);
  system_call(SYS_close, file);
  // "tid (name) state ...": the name may hold anything.
  for (long at = size - 1; at > 0; --at) {
    if (text[at] == ')' && at + 2 < size) return text[at + 2] == 'Z' || text[at + 2] == 'X';
  }
  return false;
}

struct Look {
  long others = 0;        // threads besides this one; -1: too many, or they cannot be listed
  bool has_self = false;  // else /proc is that of other process ids
};

void look_at(const Entry& entry, long tasks, long process, std::uint32_t self, Look& look) {
  const std::uint32_t tid = to_number(entry.name);
  if (tid == 0) return;
  if (tid == self) {
    look.has_self = true;
    return;
  }
  if (!is_signalled(tid)) {
    if (has_ended(tasks, entry.name)) return;
    if (stop.signalled == max_threads) {
      look.others = -1;
      return;
    }
    signal_thread(process, tid);
  } else if (has_ended(tasks, entry.name)) {
    return;
  }
  ++look.others;
}

// Signals every thread that was not yet.
Look signal_others(long tasks, long process, std::uint32_t self) {
  alignas(Entry) static char entries[32768];
  system_call(SYS_lseek, tasks, 0, SEEK_SET);
  Look look;
  while (true) {
    const long size = system_call(SYS_getdents64, tasks, as_argument(entries), sizeof entries);
    if (size < 0) look.others = -1;
    if (size <= 0) return look;
    for (long at = 0; at < size && look.others >= 0;) {
      const auto* const entry = reinterpret_cast<const Entry*>(entries + at);
      at += entry->length;
      look_at(*entry, tasks, process, self, look);
    }
    if (look.others < 0) return look;
  }
}

}  // namespace

StoppedThreads::StoppedThreads() {
  stop.stopped = 0;
  stop.released = 0;
  stop.new_place = nullptr;
  stop.signalled = 0;
  KernelAction action{on_stop, SA_SIGINFO | SA_RESTART | SA_ONSTACK | with_restorer, heapstorm_agent_return_from_signal,
                      ~0ul};
  KernelAction before{};
  const long set =
      system_call(SYS_rt_sigaction, stop_signal, as_argument(&action), as_argument(&before), signal_set_bytes);
  if (set != 0) return;
  // After a stop that failed, or in a fork of one, the handler still is ours.
  if (before.handler != on_stop) stop.before = before;
  all_stopped_ = stop_all();
}

bool StoppedThreads::stop_all() {
  const long tasks =
      system_call(SYS_openat, AT_FDCWD, as_argument("/proc/self/task"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (tasks < 0) return false;
  const long process = system_call(SYS_getpid);
  const auto self = static_cast<std::uint32_t>(system_call(SYS_gettid));
  const std::int64_t end_ns = now_ns() + deadline_ns;
  bool all = false;
  // A thread that has not stopped yet may make another: all stand still when a look finds no more than are stopped.
  while (!all && now_ns() < end_ns) {
    // Read before the look: one that stops during it may have made another just before.
    const std::uint32_t before = stop.signalled, stopped = stop.stopped.load();
    const Look look = signal_others(tasks, process, self);
    if (look.others < 0 || !look.has_self) break;
    all = stop.signalled == before && stopped == static_cast<std::uint32_t>(look.others);
    if (!all) pause();
  }
  system_call(SYS_close, tasks);
  return all;
}

// A thread that was signalled and did not stop yet meets a handler that lets it go on at once; the signal is given back
// when all have been through.
StoppedThreads::~StoppedThreads() {
  stop.released = 1;
  system_call(SYS_futex, as_argument(&stop.released), FUTEX_WAKE_PRIVATE, INT_MAX);
  const std::int64_t end_ns = now_ns() + deadline_ns;
  while (stop.stopped.load() > 0 && now_ns() < end_ns) pause();
  if (all_stopped_) {
    system_call(SYS_rt_sigaction, stop_signal, as_argument(&stop.before), 0, signal_set_bytes);
  }
}

std::uint32_t StoppedThreads::count() const {
  return stop.stopped;
}

void StoppedThreads::set_new_place(NewPlace new_place, const void* context) {
  stop.context = context;
  stop.new_place = new_place;
}

}  // namespace heapstorm::agent
