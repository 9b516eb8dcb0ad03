// What a process counted before it was killed is in its black box, whole, at whatever instant it died.
//
// HEAPSTORM_KILLS=1000 kills more often than ctest does; HEAPSTORM_KILL_SEED picks other instants.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>

#include "harness/base/prng.h"
#include "harness/findings/black_box_reader.h"
#include "harness/findings/owner_heap_findings.h"
#include "harness/runner/box/black_box_file.h"
#include "harness/runner/testing/doomed_process.h"

namespace heapstorm {
namespace {

#if defined(HEAPSTORM_ASAN) || defined(HEAPSTORM_TSAN)
constexpr bool sees_every_kind = false;  // it is too slow to come to the rare ones within a life
constexpr std::uint64_t kills_by_default = 50;
constexpr std::uint64_t other_deaths = 8;
#else
constexpr bool sees_every_kind = true;
constexpr std::uint64_t kills_by_default = 200;
constexpr std::uint64_t other_deaths = 24;
#endif
constexpr std::uint64_t max_life_us = 20'000;
constexpr std::uint64_t live_look_every = 4;

std::uint64_t number_from_environment(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

struct Figures {
  std::uint64_t deaths = 0, without_heap = 0;
  std::uint64_t counted = 0, read = 0, damaged = 0, most = 0, violations = 0, dropped = 0;
  std::map<std::string, std::uint64_t> kinds;
};

// The sides that a kind of finding always has.
bool has_owner(const std::string& kind) {
  return kind != "invalid_free";
}
bool has_offender(const std::string& kind) {
  return kind != "use_after_free";
}
bool has_first_free(const std::string& kind) {
  return kind == "double_free" || kind == "use_after_free";
}

bool is_a_name_of_ours(const std::string& name) {
  return name == "main" || name.starts_with("worker-") || name.starts_with("short-");
}

void expect_named(const char* which, const std::optional<Side>& side, const Finding& finding) {
  const std::string name = side ? side->thread : "nobody";
  EXPECT_TRUE(is_a_name_of_ours(name)) << finding.kind << ": " << which << " is \"" << name << "\"";
}

void expect_both_sides(const Finding& finding) {
  if (has_owner(finding.kind)) expect_named("the owner", finding.owner, finding);
  if (has_offender(finding.kind)) expect_named("the offender", finding.offender, finding);
  if (has_first_free(finding.kind)) expect_named("who freed it", finding.freed, finding);
}

std::string words(const RawFinding& raw) {
  std::string text = std::string(kind_name(raw.record.kind)) + ":";
  for (const std::string& damage : raw.damage) text += " " + damage + ";";
  return text;
}

// `control` was read before the records: what it counts must be among them.
void expect_all_counted(const heapstorm_box_control& control, const std::vector<RawFinding>& records) {
  EXPECT_GE(records.size(), control.findings);
  std::uint64_t violations = 0;
  for (const RawFinding& raw : records) violations += raw.record.count;
  if (control.dropped == 0) {
    EXPECT_GE(violations, control.violations);
  }
}

void inspect(const BlackBoxFile& file, bool died, Figures& figures) {
  const BlackBoxReader box(file.bytes());
  if (box.header().magic == 0) {  // Its heap was not up yet.
    figures.without_heap += died;
    return;
  }
  for (const std::string& damage : box.damage()) ADD_FAILURE() << damage;
  const heapstorm_box_control control = box.control();
  const std::vector<RawFinding> records = box.findings();
  expect_all_counted(control, records);
  for (const RawFinding& raw : records) EXPECT_FALSE(raw.damaged()) << words(raw);
  for (const ThreadInfo& thread : box.threads()) EXPECT_TRUE(is_a_name_of_ours(thread.name)) << thread.name;
  (void)box.events();
  if (!died) return;
  SymbolizerOptions none;
  none.program = "/nonexistent/symbolizer";
  Symbolizer no_symbolizer(none);
  const std::vector<Finding> findings = owner_heap_findings(box, no_symbolizer);
  EXPECT_EQ(findings.size(), records.size());
  for (const Finding& finding : findings) expect_both_sides(finding);
  figures.counted += control.findings;
  figures.read += records.size();
  figures.most = std::max<std::uint64_t>(figures.most, records.size());
  figures.violations += control.violations;
  figures.dropped += control.dropped;
  for (const RawFinding& raw : records) {
    figures.damaged += raw.damaged();
    ++figures.kinds[kind_name(raw.record.kind)];
  }
}

int wait_for(int child) {
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

int kill_after(int child, std::uint64_t life_us, bool look_first, const BlackBoxFile& file, Figures& figures) {
  std::this_thread::sleep_for(std::chrono::microseconds(life_us));
  if (look_first) inspect(file, false, figures);
  ::kill(child, SIGKILL);
  return wait_for(child);
}

void print(const char* what, const Figures& figures) {
  std::printf(
      "%s: %llu deaths (%llu before the heap was up), %llu violations, %llu findings counted, %llu read, %llu "
      "damaged, at most %llu in one process, %llu records dropped\n",
      what, static_cast<unsigned long long>(figures.deaths), static_cast<unsigned long long>(figures.without_heap),
      static_cast<unsigned long long>(figures.violations), static_cast<unsigned long long>(figures.counted),
      static_cast<unsigned long long>(figures.read), static_cast<unsigned long long>(figures.damaged),
      static_cast<unsigned long long>(figures.most), static_cast<unsigned long long>(figures.dropped));
  for (const auto& [kind, count] : figures.kinds) {
    std::printf("  %s: %llu\n", kind.c_str(), static_cast<unsigned long long>(count));
  }
}

TEST(KilledProcess, LeavesEveryFindingThatItCountedWhole) {
  const std::uint64_t kills = number_from_environment("HEAPSTORM_KILLS", kills_by_default);
  Prng prng(number_from_environment("HEAPSTORM_KILL_SEED", 1));
  Figures figures;
  for (std::uint64_t i = 0; i < kills && !HasFailure(); ++i) {
    auto file = BlackBoxFile::create();
    ASSERT_TRUE(file) << file.error().message;
    const int child = start_doomed_process({.box_fd = file.value()->fd(), .seed = prng.next()});
    ASSERT_GT(child, 0);
    const bool look_first = i % live_look_every == 0;
    const int status = kill_after(child, prng.below(max_life_us), look_first, *file.value(), figures);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "it died before: status " << status;
    ++figures.deaths;
    inspect(*file.value(), true, figures);
  }
  print("SIGKILL", figures);
  EXPECT_GT(figures.counted, sees_every_kind ? kills : 0) << "too little happened to say anything";
  for (const char* kind : {"foreign_free", "foreign_realloc", "foreign_allocate", "double_free", "invalid_free",
                           "use_after_free", "overflow", "underflow", "owner_exited_free"}) {
    if (sees_every_kind) {
      EXPECT_GT(figures.kinds[kind], 0u) << kind;
    }
  }
}

struct OtherDeath {
  const char* name;
  Death death;
  int signal;  // 0: an exit
};

class DyingProcess : public testing::TestWithParam<OtherDeath> {};

TEST_P(DyingProcess, LeavesEveryFindingThatItCountedWhole) {
  Prng prng(number_from_environment("HEAPSTORM_KILL_SEED", 1));
  Figures figures;
  for (std::uint64_t i = 0; i < other_deaths && !HasFailure(); ++i) {
    auto file = BlackBoxFile::create();
    ASSERT_TRUE(file) << file.error().message;
    const auto life_us = static_cast<std::uint32_t>(prng.below(max_life_us));
    const int child = start_doomed_process(
        {.box_fd = file.value()->fd(), .seed = prng.next(), .death = GetParam().death, .after_us = life_us});
    ASSERT_GT(child, 0);
    const int status = wait_for(child);
    if (GetParam().signal != 0) {
      EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == GetParam().signal) << "status " << status;
    } else {
      EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == doomed_exit_code) << "status " << status;
    }
    ++figures.deaths;
    inspect(*file.value(), true, figures);
  }
  print(GetParam().name, figures);
  EXPECT_EQ(figures.without_heap, 0u);
  EXPECT_GT(figures.counted, sees_every_kind ? other_deaths : 0) << "too little happened to say anything";
}

INSTANTIATE_TEST_SUITE_P(Deaths, DyingProcess,
                         testing::Values(OtherDeath{"SIGSEGV", Death::segmentation_fault, SIGSEGV},
                                         OtherDeath{"SIGABRT", Death::abort, SIGABRT},
                                         OtherDeath{"_exit", Death::exit, 0}),
                         [](const auto& death) {
                           return std::string(death.param.signal != 0 ? death.param.name : "ImmediateExit");
                         });

}  // namespace
}  // namespace heapstorm
