// heapstorm contract check
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

using Json = nlohmann::json;

class ContractCommand : public CliTest {
 protected:
  CliResult check(std::vector<std::string> options, const std::vector<std::string>& command) const {
    options.insert(options.begin(), {"contract", "check"});
    options.emplace_back("--");
    options.insert(options.end(), command.begin(), command.end());
    return run_cli(options);
  }
};

// The host's heaps are mimalloc's.
const std::string host = HEAPSTORM_TARGET_HOST;

TEST_F(ContractCommand, SaysOfEachFunctionWhereItIsAndHowItIsHooked) {
  const CliResult result = check({"--contract", "mimalloc_heap", "--json"}, {host, "--any", "argument"});
  EXPECT_EQ(result.code, 0) << result.err;
  const Json json = Json::parse(result.out, nullptr, false);
  EXPECT_EQ(json["contract"], "mimalloc_heap");
  EXPECT_EQ(json["program"], host);
  EXPECT_EQ(json["usable"], true);
  std::size_t hooked = 0;
  for (const Json& function : json["functions"]) {
    if (function["hook"] != "entry") continue;
    ++hooked;
    EXPECT_NE(function["module"].get<std::string>().find("libmimalloc"), std::string::npos) << function;
    EXPECT_GT(function["offset"], 0);
  }
  EXPECT_GT(hooked, 8u) << result.out;
}

TEST_F(ContractCommand, PrintsItForAPerson) {
  const CliResult result = check({"--contract", "malloc_strict"}, {host});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("\n  allocates       malloc "), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("  at its entry\n"), std::string::npos) << result.out;
}

TEST_F(ContractCommand, EndsWithTwoWhereNothingCanBeSeen) {
  const CliResult zend = check({"--contract", "zend"}, {host});
  EXPECT_EQ(zend.code, 2);
  EXPECT_NE(zend.out.find("not there: _emalloc _efree "), std::string::npos) << zend.out;
  EXPECT_NE(zend.out.find("of no use here: none of its functions that allocate can be hooked"), std::string::npos);
  const CliResult caller = check({"--contract", "malloc_by_caller"}, {host});
  EXPECT_EQ(caller.code, 2);
  EXPECT_EQ(check({"--contract", "malloc_by_caller", "--through", "main"}, {host}).code, 0);
}

TEST_F(ContractCommand, TakesAContractOfTheUsersAndNamesItsMistakes) {
  const std::string file = path("mine.json");
  std::ofstream(file) << R"({"name": "mine", "owner": {"allocating_thread": {}},
 "functions": [{"name": "malloc", "allocates": {"size": 1}}, {"name": "free", "frees": {"pointer": 1}}]})";
  EXPECT_EQ(check({"--contract", file}, {host}).code, 0);
  std::ofstream(file) << R"({"name": "mine", "owner": {"allocating_thread": {}},
 "functions": [{"name": "malloc", "allocates": {"size": 1}}, {"name": "free", "frees": {"pointr": 1}}]})";
  const CliResult wrong = check({"--contract", file}, {host});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_NE(wrong.err.find(file + ":2: /functions/1/frees/pointr: unknown key; did you mean \"pointer\"?"),
            std::string::npos)
      << wrong.err;
}

TEST_F(ContractCommand, RefusesWhatItCannotUse) {
  EXPECT_EQ(check({"--contract", "zent"}, {host}).code, 2);
  EXPECT_NE(check({"--contract", "zent"}, {host}).err.find("zent: no such contract; there are malloc_by_caller, "),
            std::string::npos);
  EXPECT_EQ(check({"--contract", "zend"}, {"no-such-program-anywhere"}).code, 2);
  EXPECT_EQ(check({"--contract", "zend"}, {}).code, 2);
  EXPECT_EQ(check({}, {host}).code, 2);
}

}  // namespace
}  // namespace heapstorm::cli
