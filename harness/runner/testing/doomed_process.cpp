#include "harness/runner/testing/doomed_process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "harness/base/prng.h"
#include "harness/heap/heap.h"

namespace heapstorm {
namespace {

constexpr unsigned deadline_s = 60;
constexpr unsigned worker_count = 8;
constexpr std::size_t site_count = 16;
constexpr std::uint64_t tag_count = 60;
constexpr std::uint64_t text_count = 40;
constexpr unsigned path_bits = 8;
constexpr int quick_misuses = 16;

// A place in the code of its own for each number, so that the stacks, and with them the fingerprints, differ. The
// constant keeps the copies apart; nothing may be a tail call, which would leave no frame.
template <std::size_t site>
[[gnu::noinline]] void free_at(void* block) {
  heapstorm_free(block);
  asm volatile("" ::"i"(site) : "memory");
}
template <std::size_t site>
[[gnu::noinline]] void* allocate_at(std::size_t bytes, std::uint16_t tag) {
  void* block = heapstorm_allocate(bytes, tag);
  asm volatile("" ::"i"(site) : "memory");
  return block;
}

// Calls `deed` through one of 2^bits chains of callers.
template <bool turn>
[[gnu::noinline]] void go(std::uint64_t path, unsigned bits, const std::function<void()>& deed) {
  if (bits == 0) {
    deed();
  } else if ((path & 1) != 0) {
    go<true>(path >> 1, bits - 1, deed);
  } else {
    go<false>(path >> 1, bits - 1, deed);
  }
  asm volatile("" ::"i"(turn) : "memory");
}

struct Site {
  void (*free)(void*);
  void* (*allocate)(std::size_t, std::uint16_t);
};

template <std::size_t... sites>
constexpr std::array<Site, sizeof...(sites)> make_sites(std::index_sequence<sites...>) {
  return {Site{free_at<sites>, allocate_at<sites>}...};
}
constexpr auto sites = make_sites(std::make_index_sequence<site_count>());

// Where workers leave blocks for others.
struct Exchange {
  std::array<std::atomic<void*>, 64> places{};
  std::array<std::atomic<heapstorm_heap*>, worker_count> heaps{};
};

class Worker {
 public:
  Worker(Exchange& exchange, unsigned number, Prng prng) : exchange_(exchange), number_(number), prng_(prng) {}

  [[noreturn]] void run() {
    char name[24];
    std::snprintf(name, sizeof name, "worker-%u", number_);
    heapstorm_thread_register(name);
    exchange_.heaps[number_].store(heapstorm_heap_current());
    for (;;) {
      work();
      misuse();
      misuse_quickly();
    }
  }

 private:
  const Site& site() { return sites[prng_.below(sites.size())]; }

  // Interned when first used, so that the table of names grows while the process lives.
  std::uint16_t name(const char* kind, std::uint64_t count) {
    char text[32];
    std::snprintf(text, sizeof text, "%s-%llu", kind, static_cast<unsigned long long>(prng_.below(count)));
    return heapstorm_name(text);
  }

  char* allocate() { return static_cast<char*>(site().allocate(16 + prng_.below(300), name("thing", tag_count))); }

  // What is legal, and most of what a server does.
  void work() {
    heapstorm_context(1 + static_cast<std::uint32_t>(prng_.below(1000)),
                      HEAPSTORM_ACTION(HEAPSTORM_ACTION_MESSAGE, prng_.below(20)), name("doing", text_count));
    heapstorm_event(HEAPSTORM_EVENT_ACTION, number_, 0);
    std::array<void*, 32> blocks;
    for (void*& block : blocks) block = allocate();
    for (void* block : blocks) site().free(heapstorm_reallocate(block, 16 + prng_.below(600)));
  }

  void misuse() {
    switch (prng_.below(10)) {
      case 0:
        return pass_on_and_free();
      case 1:
        return pass_on_and_reallocate();
      case 2:
        return free_twice();
      case 3:
        return free_what_is_no_block();
      case 4:
        return overflow();
      case 5:
        return underflow();
      case 6:
        return write_after_free();
      case 7:
        return allocate_in_anothers_heap();
      case 8:
        return hand_over();
      default:
        return outlive_a_thread();
    }
  }

  // The other kinds take a millisecond each, because the variable that holds the block is looked for. These do not, and
  // so put a process's death near the publication of a record more often.
  void misuse_quickly() {
    for (int i = 0; i < quick_misuses; ++i) {
      alignas(16) char local[128] = {};
      go<false>(prng_.next(), path_bits, [&] { site().free(local + 64); });
      go<true>(prng_.next(), path_bits, [&] { allocate_in_anothers_heap(); });
    }
  }

  void* swap(void* block) { return exchange_.places[prng_.below(exchange_.places.size())].exchange(block); }
  void pass_on_and_free() { site().free(swap(allocate())); }
  void pass_on_and_reallocate() {
    if (void* block = swap(allocate())) site().free(heapstorm_reallocate(block, 1000));
  }
  void free_twice() {
    void* block = allocate();
    site().free(block);
    site().free(block);
  }
  void free_what_is_no_block() {
    alignas(16) char local[128] = {};
    site().free(local + 64);
    char* block = allocate();
    site().free(block + 4);
    site().free(block);
  }
  void overflow() {
    char* block = allocate();
    write(block + heapstorm_usable_size(block));
    site().free(block);
  }
  void underflow() {
    char* block = allocate();
    write(block - 1);
    site().free(block);
  }
  void write_after_free() {
    char* block = allocate();
    site().free(block);
    write(block + 2);
  }
  void allocate_in_anothers_heap() {
    heapstorm_heap* other = exchange_.heaps[prng_.below(worker_count)].load();
    if (other != nullptr) swap(heapstorm_allocate_in(other, 48, name("thing", tag_count)));
  }
  void hand_over() {
    heapstorm_heap* other = exchange_.heaps[prng_.below(worker_count)].load();
    void* block = allocate();
    if (other != nullptr) heapstorm_transfer(block, other);
    site().free(swap(block));
  }
  void outlive_a_thread() {
    void* kept = nullptr;
    std::thread([&] {
      char text[24];
      std::snprintf(text, sizeof text, "short-%u", number_);
      heapstorm_thread_register(text);
      kept = allocate();
    }).join();
    site().free(kept);
  }

  static void write(char* where) { *static_cast<volatile char*>(where) = 'X'; }

  Exchange& exchange_;
  unsigned number_;
  Prng prng_;
};

[[noreturn]] void die(const Doom& doom) {
  if (doom.death == Death::by_runner) {
    for (;;) ::pause();
  }
  std::this_thread::sleep_for(std::chrono::microseconds(doom.after_us));
  static volatile std::uintptr_t bad_address = 16;  // Volatile: a compiler that sees the number refuses the store.
  if (doom.death == Death::segmentation_fault) *reinterpret_cast<volatile int*>(bad_address) = 1;
  if (doom.death == Death::abort) std::abort();
  // What _exit() does, without TSan, which would report each thread that is not joined yet.
  for (;;) ::syscall(SYS_exit_group, doomed_exit_code);
}

[[noreturn]] void live(const Doom& doom) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::alarm(deadline_s);
  const rlimit no_core{};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::signal(SIGSEGV, SIG_DFL);  // a sanitizer's handler would make an exit of it
  heapstorm_heap_options options = heapstorm_heap_defaults();
  options.box_fd = doom.box_fd;
  options.report_leaks = 1;
  options.quarantine_bytes = 16 * 1024;  // small, so that blocks leave it while the process lives
  if (heapstorm_heap_start(&options) != 0) ::_exit(doomed_start_failed);
  heapstorm_thread_register("main");
  Exchange exchange;
  std::vector<std::thread> threads;  // never joined: the process does not get that far
  for (unsigned number = 0; number < worker_count; ++number) {
    threads.emplace_back([&, number] { Worker(exchange, number, Prng(doom.seed).fork(number)).run(); });
  }
  die(doom);
}

}  // namespace

int start_doomed_process(const Doom& doom) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) live(doom);
  return child;
}

}  // namespace heapstorm
