#include "harness/agent/hooks/hook.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <ctime>
#include <thread>
#include <vector>

#include "harness/agent/hooks/stopped_threads.h"
#include "harness/agent/hooks/system_calls.h"
#include "harness/code/elf_module.h"

namespace heapstorm::agent {
namespace {

using code::ElfModule;
using code::FunctionSymbol;
using code::MovedCode;
using code::StartOfFunction;
using Function = std::uint64_t (*)(std::uint64_t, std::uint64_t);

// testdata/many_functions.S and harness/code/testing/functions.S
extern "C" {
extern const Function many_functions[];
extern const std::uint64_t many_functions_count;
std::uint64_t plain(std::uint64_t first, std::uint64_t second);
std::uint64_t address_of_datum(std::uint64_t first, std::uint64_t second);
std::uint64_t after_endbr(std::uint64_t first, std::uint64_t second);
std::uint64_t loads_datum(std::uint64_t first, std::uint64_t second);
std::uint64_t compares_datum(std::uint64_t first, std::uint64_t second);
std::uint64_t tail_jump_through_memory(std::uint64_t first, std::uint64_t second);
std::uint64_t recursive(std::uint64_t first, std::uint64_t second);
std::uint64_t calls(std::uint64_t first, std::uint64_t second);
std::uint64_t branches_near(std::uint64_t first, std::uint64_t second);
std::uint64_t short_before_padding(std::uint64_t first, std::uint64_t second);
}

// This program, as a file and in memory.
struct Program {
  ElfModule module = std::move(ElfModule::open("/proc/self/exe").value());
  std::uint64_t base = reinterpret_cast<std::uint64_t>(&plain) - module.functions_named("plain").front().address;

  MovedCode start_of(Function function) const {
    const std::uint64_t address = reinterpret_cast<std::uint64_t>(function) - base;
    for (const FunctionSymbol& symbol : module.functions()) {
      if (symbol.address != address) continue;
      const StartOfFunction start = code::move_start(module.code_of(symbol));
      EXPECT_EQ(start.refusal, code::Refusal::none) << symbol.name << ' ' << start.detail;
      return start.moved;
    }
    ADD_FAILURE() << "no such function";
    return {};
  }
};

const Program& program() {
  static const Program one;
  return one;
}

std::atomic<std::uint64_t> calls_seen;
Function original;

std::uint64_t count_and_go_on(std::uint64_t first, std::uint64_t second) {
  ++calls_seen;
  return original(first, second);
}

struct OneHook {
  explicit OneHook(Function function, Function replacement = count_and_go_on) : moved(program().start_of(function)) {
    hook = {.moved = &moved,
            .base = program().base,
            .function = reinterpret_cast<std::uint64_t>(function),
            .replacement = reinterpret_cast<const void*>(replacement),
            .original = reinterpret_cast<void**>(&original)};
  }
  heapstorm_hook_state install() {
    agent::install({&hook, 1});
    return hook.state;
  }
  MovedCode moved;
  Hook hook;
};

class HookedFunction : public testing::TestWithParam<Function> {};

TEST_P(HookedFunction, ComesToTheReplacementAndDoesWhatItDid) {
  const Function function = GetParam();
  std::vector<std::uint64_t> before;
  for (std::uint64_t first = 0; first < 4; ++first) before.push_back(function(first, 7));
  OneHook one(function);
  ASSERT_EQ(one.install(), HEAPSTORM_HOOK_HOOKED);
  calls_seen = 0;
  for (std::uint64_t first = 0; first < 4; ++first) EXPECT_EQ(function(first, 7), before[first]);
  // One that calls itself does so through its entry.
  EXPECT_EQ(calls_seen, function == recursive ? 1u + 2 + 3 + 4 : 4u);
}

INSTANTIATE_TEST_SUITE_P(Hooks, HookedFunction,
                         testing::Values(after_endbr, loads_datum, compares_datum, tail_jump_through_memory, recursive,
                                         calls, branches_near, short_before_padding));

TEST(Hooks, OfAFunctionThatIsNoLongerAsInItsFileAreRefused) {
  const std::uint64_t before = address_of_datum(1, 2);
  ASSERT_EQ(OneHook(address_of_datum).install(), HEAPSTORM_HOOK_HOOKED);
  calls_seen = 0;
  EXPECT_EQ(OneHook(address_of_datum).install(), HEAPSTORM_HOOK_OTHER_CODE);
  EXPECT_EQ(address_of_datum(1, 2), before);
  EXPECT_EQ(calls_seen, 1u) << "the first hook is as it was";
}

TEST(Hooks, TwoOfOneFunctionAtOnceAreOne) {
  const OneHook one(many_functions[many_functions_count - 1]);
  Hook both[] = {one.hook, one.hook};
  install(both);
  EXPECT_EQ(both[0].state, HEAPSTORM_HOOK_HOOKED);
  EXPECT_EQ(both[1].state, HEAPSTORM_HOOK_OTHER_CODE);
  calls_seen = 0;
  EXPECT_EQ(many_functions[many_functions_count - 1](1, 2), 5u);
  EXPECT_EQ(calls_seen, 1u);
}

TEST(Hooks, WithoutAJumpsRoomAreRefused) {
  OneHook one(plain);
  one.moved.length = 4;
  EXPECT_EQ(one.install(), HEAPSTORM_HOOK_OTHER_CODE);
}

// ---- while threads call

// Calls all functions again and again, and says whether one ever returned something else.
class Callers {
 public:
  explicit Callers(int count) {
    for (int i = 0; i < count; ++i) threads_.emplace_back([this, i] { call(static_cast<std::uint64_t>(i)); });
    while (rounds_ < static_cast<std::uint64_t>(count)) std::this_thread::yield();
  }
  std::uint64_t finish() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
    return wrong_;
  }

 private:
  void call(std::uint64_t first) {
    while (!stop_) {
      for (std::uint64_t i = 0; i < many_functions_count - 1; ++i) {
        if (many_functions[i](first, i) != first + 2 * i) ++wrong_;
      }
      ++rounds_;
    }
  }

  std::atomic<bool> stop_ = false;
  std::atomic<std::uint64_t> rounds_ = 0, wrong_ = 0;
  std::vector<std::thread> threads_;
};

std::array<Function, 100> originals;
std::array<std::atomic<std::uint64_t>, 100> calls_of;

template <std::size_t number>
std::uint64_t count_one(std::uint64_t first, std::uint64_t second) {
  ++calls_of[number];
  return originals[number](first, second);
}

template <std::size_t... numbers>
constexpr std::array<Function, sizeof...(numbers)> replacements_of(std::index_sequence<numbers...>) {
  return {count_one<numbers>...};
}
constexpr auto replacements = replacements_of(std::make_index_sequence<99>());

TEST(Hooks, AreInstalledWhileEightThreadsCallTheFunctions) {
  Callers callers(8);
  for (std::size_t i = 0; i < replacements.size(); ++i) {
    OneHook one(many_functions[i], replacements[i]);
    one.hook.original = reinterpret_cast<void**>(&originals[i]);
    ASSERT_EQ(one.install(), HEAPSTORM_HOOK_HOOKED) << i;
  }
  EXPECT_EQ(callers.finish(), 0u);
  for (std::size_t i = 0; i < replacements.size(); ++i) {
    calls_of[i] = 0;
    EXPECT_EQ(many_functions[i](3, i), 3 + 2 * i);
    EXPECT_EQ(calls_of[i], 1u) << i;
  }
}

// While threads stand still, this one may do nothing that takes a lock, for one of them may hold it: no malloc, and
// under TSan no atomic that it sees.
#ifdef __clang__
#define UNWATCHED __attribute__((disable_sanitizer_instrumentation))
#else
#define UNWATCHED
#endif

struct Stop {
  bool all_stopped = false;
  std::uint32_t count = 0;
  bool stood_still = false;
};

UNWATCHED Stop stop_for_20_ms(const volatile std::uint64_t& turns) {
  const StoppedThreads stopped;
  Stop stop{.all_stopped = stopped.all_stopped(), .count = stopped.count()};
  const std::uint64_t before = turns;
  const timespec duration{0, 20'000'000};
  system_call(SYS_nanosleep, as_argument(&duration), 0);
  stop.stood_still = turns == before;
  return stop;
}

UNWATCHED bool stop_all() {
  const StoppedThreads stopped;
  return stopped.all_stopped();
}

std::uint64_t load(const std::uint64_t& turns) {
  return __atomic_load_n(&turns, __ATOMIC_RELAXED);
}

TEST(StoppedThreads, StandStillUntilTheyAreReleased) {
  std::uint64_t turns = 0;
  std::atomic<bool> over = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!over) __atomic_fetch_add(&turns, 1, __ATOMIC_RELAXED);
    });
  }
  while (load(turns) < 1000) std::this_thread::yield();
  const Stop stop = stop_for_20_ms(turns);
  EXPECT_TRUE(stop.all_stopped);
  EXPECT_GE(stop.count, 4u);
  EXPECT_TRUE(stop.stood_still);
  const std::uint64_t before = load(turns);
  while (load(turns) == before) std::this_thread::yield();
  over = true;
  for (std::thread& thread : threads) thread.join();
}

TEST(StoppedThreads, IncludeThoseThatBlockAllSignalsOrSleep) {
  std::atomic<bool> over = false;
  std::atomic<int> ready = 0;
  std::thread blocks([&] {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    ++ready;
    while (!over) continue;
  });
  std::thread sleeps([&] {
    ++ready;
    while (!over) usleep(50'000);
  });
  while (ready < 2) std::this_thread::yield();
  EXPECT_TRUE(stop_all());
  over = true;
  blocks.join();
  sleeps.join();
}

TEST(StoppedThreads, AreStoppedAlsoWhileThreadsComeAndGo) {
  std::atomic<bool> over = false;
  std::thread spawner([&] {
    while (!over) std::thread([] {}).join();
  });
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(stop_all()) << i;
  over = true;
  spawner.join();
}

}  // namespace
}  // namespace heapstorm::agent
