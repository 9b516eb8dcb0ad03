// The agent inside programs that know nothing of it: as a runner would load it, with a plan that was made from the
// program's files.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "harness/code/elf_module.h"
#include "harness/runner/contract_check.h"

namespace heapstorm {
namespace {

namespace fs = std::filesystem;

Contract contract_of(const std::string& get, const std::string& put, const std::string& more = "") {
  const auto contract = parse_contract(R"({"name": "pool", "owner": {"allocating_thread": {}}, "functions": [
    {"name": ")" + get + R"(", "allocates": {"size": 1}}, {"name": ")" +
                                           put + R"(", "frees": {"pointer": 1}})" + more + "]}",
                                       "");
  return contract ? contract.value() : Contract{};
}

Contract pool_contract() {
  return contract_of("pool_get", "pool_put", R"(, {"name": "pool_grow", "reallocates": {"pointer": 1, "size": 2}})");
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class AgentTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = (fs::path(testing::TempDir()) / ("agent_" + std::to_string(::getpid()))).string();
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void plan(const Contract& contract, const std::vector<std::string>& command) {
    const auto check = check_contract(contract, command);
    ASSERT_TRUE(check) << check.error().message;
    ASSERT_EQ(check.value().refusal, "");
    write_plan(make_hook_plan(contract, check.value()));
  }

  void write_plan(const std::string& bytes) {
    std::ofstream(folder_ + "/plan", std::ios::binary) << bytes;
    plan_ = bytes;
    const auto* const header = reinterpret_cast<const heapstorm_hook_plan*>(plan_.data());
    functions_ = plan_.size() < sizeof *header ? 0 : header->function_count;
    std::ofstream(folder_ + "/report", std::ios::binary)
        << std::string(std::max<std::size_t>(functions_, 1) * sizeof(heapstorm_hook_report), '\0');
  }

  // Runs a shell's words with the agent in every process. Returns what it printed.
  std::string run(const std::string& words, int expected_code = 0) {
    const std::string command =
        "cd " + folder_ + " && timeout 120 env LD_PRELOAD=" HEAPSTORM_AGENT " " HEAPSTORM_HOOK_PLAN_VARIABLE "=" +
        folder_ + "/plan " HEAPSTORM_HOOK_REPORT_VARIABLE "=" + folder_ + "/report " + words + " > out 2>&1";
    const int status = std::system(command.c_str());
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == expected_code) << status << text_of(folder_ + "/out");
    return text_of(folder_ + "/out");
  }

  heapstorm_hook_report report_of(const std::string& name) const {
    const std::string reports = text_of(folder_ + "/report");
    const auto* const header = reinterpret_cast<const heapstorm_hook_plan*>(plan_.data());
    const auto* const functions = reinterpret_cast<const heapstorm_hook_function*>(
        plan_.data() + sizeof *header + header->module_count * sizeof(heapstorm_hook_module));
    heapstorm_hook_report report{};
    for (std::size_t i = 0; i < functions_; ++i) {
      heapstorm_hook_function function;
      std::memcpy(&function, &functions[i], sizeof function);
      if (name == function.name) std::memcpy(&report, reports.data() + i * sizeof report, sizeof report);
    }
    return report;
  }

  std::string folder_, plan_;
  std::size_t functions_ = 0;
};

TEST_F(AgentTest, SeesEachCallInsideAProgram) {
  plan(pool_contract(), {HEAPSTORM_POOL_PROGRAM});
  EXPECT_EQ(run(HEAPSTORM_POOL_PROGRAM " 4 1000"), "4 threads, 1000 rounds\n");
  const heapstorm_hook_report get = report_of("pool_get"), grow = report_of("pool_grow"), put = report_of("pool_put");
  EXPECT_EQ(get.state, std::uint32_t{HEAPSTORM_HOOK_HOOKED});
  EXPECT_EQ(get.calls, 4000u);
  EXPECT_EQ(get.nested, 4000u) << "from pool_grow";
  EXPECT_EQ(grow.calls, 4000u);
  EXPECT_EQ(put.calls, 4000u);
  EXPECT_EQ(put.nested, 4000u);
}

TEST_F(AgentTest, LeavesAllRegistersAsTheyWere) {
  plan(contract_of("register_get", "register_put"), {HEAPSTORM_REGISTER_PROGRAM});
  run(HEAPSTORM_REGISTER_PROGRAM);
  EXPECT_EQ(report_of("register_get").calls, 1u);
  EXPECT_EQ(report_of("register_put").calls, 1u);
}

TEST_F(AgentTest, LetsExceptionsThrough) {
  plan(contract_of("throwing_get", "throwing_put"), {HEAPSTORM_THROWING_PROGRAM});
  EXPECT_EQ(run(HEAPSTORM_THROWING_PROGRAM), "200 given, 100 caught\n");
  EXPECT_EQ(report_of("throwing_get").calls, 300u) << "also after calls that never returned";
  EXPECT_EQ(report_of("throwing_put").calls, 200u);
}

TEST_F(AgentTest, SeesTheAllocatorOfACommonProgram) {
  const auto contract = load_contract(HEAPSTORM_CONTRACTS "/malloc_strict.json");
  plan(contract.value(), {HEAPSTORM_POOL_PROGRAM});
  EXPECT_EQ(run(HEAPSTORM_POOL_PROGRAM " 2 500"), "2 threads, 500 rounds\n");
  EXPECT_EQ(report_of("malloc").state, std::uint32_t{HEAPSTORM_HOOK_HOOKED});
  EXPECT_GE(report_of("malloc").calls, 2000u);
  EXPECT_LT(report_of("malloc").calls, 2100u);
  EXPECT_GE(report_of("free").calls, 2000u);
  // One function with two names is hooked once.
  EXPECT_EQ(report_of("aligned_alloc").state, std::uint32_t{HEAPSTORM_HOOK_HOOKED});
  EXPECT_EQ(report_of("memalign").state, std::uint32_t{HEAPSTORM_HOOK_NOT_TRIED});
}

// Programs that are not ours do what they do without the agent: those of these that this machine has.
constexpr const char* common_programs[] = {
    "bash -c 'for i in 1 2 3; do echo $((i * i)) | cat | sort; done; ls / | wc -l; exit 3'",
    "python3 -c 'import concurrent.futures as f; print(sum(f.ThreadPoolExecutor(8).map(len, [\"ab\"] * 999)))'",
    "node -e 'const {Worker} = require(\"worker_threads\"); new Worker(\"console.log(6 * 7)\", {eval: true})'",
    "git --version",
    "curl --version",
    "nginx -v",
    "openssl dgst -sha256 /etc/hostname",
    "sort --parallel=4 /etc/services",
    "find / -maxdepth 1",
};

class CommonProgram : public AgentTest, public testing::WithParamInterface<const char*> {
 protected:
  std::string run_plainly(const std::string& words, int& code) const {
    const int status = std::system(("cd " + folder_ + " && timeout 120 " + words + " > plain 2>&1").c_str());
    code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return text_of(folder_ + "/plain");
  }
};

TEST_P(CommonProgram, DoesWhatItDoesWithoutTheAgent) {
  const std::string words = GetParam();
  const std::string program = words.substr(0, words.find(' '));
  const auto contract = load_contract(HEAPSTORM_CONTRACTS "/malloc_strict.json");
  const auto check = check_contract(contract.value(), {program});
  if (!check) GTEST_SKIP() << check.error().message;
  write_plan(make_hook_plan(contract.value(), check.value()));
  int code = 0;
  const std::string expected = run_plainly(words, code);
  ASSERT_GE(code, 0);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(run(words, code), expected);
  EXPECT_EQ(report_of("malloc").state, std::uint32_t{HEAPSTORM_HOOK_HOOKED});
}

INSTANTIATE_TEST_SUITE_P(Agent, CommonProgram, testing::ValuesIn(common_programs));

TEST_F(AgentTest, LeavesAProgramAloneWithoutAPlanThatItUnderstands) {
  plan(pool_contract(), {HEAPSTORM_POOL_PROGRAM});
  const std::string right = plan_;
  std::string wrong = right;
  wrong[8] = 99;  // the version
  for (const std::string& bytes : {std::string(), right.substr(0, 20), right.substr(0, right.size() - 1), wrong}) {
    write_plan(bytes);
    EXPECT_EQ(run(HEAPSTORM_POOL_PROGRAM " 1 10"), "1 threads, 10 rounds\n") << bytes.size();
    EXPECT_EQ(text_of(folder_ + "/report").find_first_not_of('\0'), std::string::npos) << "something was hooked";
  }
  write_plan(right);
  fs::remove(folder_ + "/report");
  EXPECT_EQ(run(HEAPSTORM_POOL_PROGRAM " 1 10"), "1 threads, 10 rounds\n") << "without anybody who counts";
}

TEST_F(AgentTest, HooksNoOtherModuleThanTheOneThatWasLookedAt) {
  plan(pool_contract(), {HEAPSTORM_POOL_PROGRAM});
  std::string other = plan_;
  other[sizeof(heapstorm_hook_plan)] ^= 1;  // of its build id
  write_plan(other);
  run(HEAPSTORM_POOL_PROGRAM " 1 10");
  EXPECT_EQ(report_of("pool_get").state, std::uint32_t{HEAPSTORM_HOOK_NOT_TRIED});
  EXPECT_EQ(report_of("pool_get").calls, 0u);
}

TEST_F(AgentTest, NeedsNoLibraryButLibcAndExportsNothing) {
  const auto agent = code::ElfModule::open(HEAPSTORM_AGENT);
  ASSERT_TRUE(agent);
  for (const code::FunctionSymbol& function : agent.value().functions())
    EXPECT_FALSE(function.is_exported) << function.name;
  const std::string needed = folder_ + "/needed";
  ASSERT_EQ(std::system(("readelf -d " HEAPSTORM_AGENT " | grep NEEDED > " + needed).c_str()), 0);
  std::istringstream lines(text_of(needed));
  for (std::string line; std::getline(lines, line);) {
    const bool is_libc = line.find("[libc.so.6]") != std::string::npos || line.find("[ld-linux-") != std::string::npos;
    EXPECT_TRUE(is_libc) << line;
  }
}

}  // namespace
}  // namespace heapstorm
