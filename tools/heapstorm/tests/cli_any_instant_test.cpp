// Ctrl-C at any instant, from before the target's start to after the report's writing: the run ends soon, with a valid
// run.json, and leaves no process. The instants are drawn from a seed; what the machine does then is its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <thread>

#include "harness/base/prng.h"
#include "harness/files/text_file.h"
#include "harness/process/process.h"
#include "reports/json/read_run_json.h"
#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t instants = 200;
constexpr int at_a_time = 2;
constexpr std::uint32_t give_up_ms = 60000;  // the promise is 2 s, on a machine that does nothing else
constexpr std::uint32_t max_run_ms = 700;    // of what does not end by itself

struct Kind {
  const char* name;
  std::vector<std::string> arguments;
  std::uint32_t share;            // of 10 instants
  std::uint32_t duration_ms = 0;  // of a run that nobody interrupts
};

std::vector<Kind> kinds() {
  const std::string storm = scenario("date_header/thread_local_cache");
  return {{"finding", {scenario("date_header/static_cache.minimal")}, 5},
          {"storm", {storm, "--set", "load.connections=600"}, 3},
          {"long plan", {storm, "--set", "load.connections=3000000"}, 1},
          {"target that does not end",
           {scenario("date_header/static_cache.minimal"), "--plugin-dir", HEAPSTORM_TEST_TARGETS, "--set",
            "target.plugin=ignores_sigterm", "--set", "target.variant=stays", "--set", R"(expect={"clean":true})"},
           1}};
}

std::uint64_t ms_since(Clock::time_point begin) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count());
}

// What became of one run. `wrong` is empty if it ended as it should.
struct Ending {
  std::uint64_t took_ms = 0;  // from the signal
  std::string how{}, wrong{};
};

class AnyInstant : public CliTest {
 protected:
  std::unique_ptr<Process> start(const Kind& kind, const std::string& folder) const {
    fs::create_directories(folder);
    std::vector<std::string> arguments = {HEAPSTORM_CLI, "run"};
    arguments.insert(arguments.end(), kind.arguments.begin(), kind.arguments.end());
    arguments.insert(arguments.end(), {"--out", folder + "/run"});
    auto process =
        Process::start({.command = arguments, .stdout_file = folder + "/stdout", .stderr_file = folder + "/stderr"});
    return process ? std::move(process.value()) : nullptr;
  }

  // Of a whole run, or of what is enough of it.
  std::uint32_t measure(const Kind& kind) const {
    const auto begin = Clock::now();
    const auto process = start(kind, path("measured"));
    process->wait_ms(max_run_ms);
    fs::remove_all(path("measured"));
    return static_cast<std::uint32_t>(ms_since(begin));
  }

  Ending interrupt(const Kind& kind, std::uint64_t number, std::uint64_t instant_ms) const {
    const std::string folder = path("run" + std::to_string(number));
    const auto begin = Clock::now();
    const auto process = start(kind, folder);
    if (!process) return {.wrong = "it did not start"};
    std::this_thread::sleep_until(begin + std::chrono::milliseconds(instant_ms));
    process->signal(SIGINT);
    const auto signalled = Clock::now();
    const auto exit = process->wait_ms(give_up_ms);
    Ending ending{.took_ms = ms_since(signalled)};
    process->stop(0);
    if (!exit) ending.wrong = "it did not end";
    if (exit && process->killed_besides() > 0) ending.wrong = "it left processes";
    if (exit && ending.wrong.empty()) judge(*exit, folder + "/run", ending);
    if (!ending.wrong.empty()) {
      ending.wrong += place_text(kind, instant_ms) + read_text(folder + "/stderr", 2000);
    }
    fs::remove_all(folder);
    return ending;
  }

 private:
  static std::string place_text(const Kind& kind, std::uint64_t instant_ms) {
    return std::string(": ") + kind.name + " at " + std::to_string(instant_ms) + " ms; ";
  }

  static void judge(const ProcessExit& exit, const std::string& directory, Ending& ending) {
    if (!fs::exists(directory)) {  // Nothing had been started, so there is nothing to report.
      ending.how = "before the run";
      if (exit.code != 130 && exit.signal != SIGINT) ending.wrong = "it ended otherwise without having begun";
      return;
    }
    const auto run = read_run_json(read_text(directory + "/run.json", 16u << 20), "run.json");
    if (!run) {
      ending.wrong = "no valid report: " + run.error().message;
      return;
    }
    ending.how = run.value().pid == 0 ? "before the target" : to_string(run.value().end_reason);
    const bool interrupted = run.value().end_reason == EndReason::interrupted;
    if (interrupted != (exit.code == 130)) ending.wrong = "its exit code does not fit its report";
    if (run.value().pid != 0 && is_running(run.value().pid)) ending.wrong = "its target still runs";
  }
};

void print_distribution(std::vector<Ending> endings) {
  std::sort(endings.begin(), endings.end(),
            [](const Ending& left, const Ending& right) { return left.took_ms < right.took_ms; });
  const auto at = [&](std::size_t percent) { return endings[(endings.size() - 1) * percent / 100].took_ms; };
  const auto late =
      std::count_if(endings.begin(), endings.end(), [](const Ending& one) { return one.took_ms >= 2000; });
  std::printf("from the signal to the end: p50 %llu ms, p90 %llu, p99 %llu, longest %llu; %td of %zu not below 2 s\n",
              static_cast<unsigned long long>(at(50)), static_cast<unsigned long long>(at(90)),
              static_cast<unsigned long long>(at(99)), static_cast<unsigned long long>(at(100)), late, endings.size());
  std::map<std::string, int> how;
  for (const Ending& ending : endings) ++how[ending.how];
  for (const auto& [name, count] : how) std::printf("  %-20s %d\n", name.c_str(), count);
}

TEST_F(AnyInstant, TheRunEndsWithAValidReportAndLeavesNoProcess) {
  std::vector<Kind> all = kinds();
  for (Kind& kind : all) kind.duration_ms = measure(kind);
  std::vector<const Kind*> by_share;
  for (const Kind& kind : all) by_share.insert(by_share.end(), kind.share, &kind);
  std::vector<Ending> endings(instants);
  std::atomic<std::uint64_t> next = 0;
  const auto work = [&] {
    for (std::uint64_t number = next++; number < instants; number = next++) {
      const Kind& kind = *by_share[number % by_share.size()];
      const std::uint64_t instant_ms = Prng(20).fork(number).below(kind.duration_ms * 11 / 10);
      endings[number] = interrupt(kind, number, instant_ms);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < at_a_time; ++i) threads.emplace_back(work);
  }
  print_distribution(endings);
  for (const Ending& ending : endings) EXPECT_EQ(ending.wrong, "");
}

}  // namespace
}  // namespace heapstorm::cli
