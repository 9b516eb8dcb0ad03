// What `heapstorm doctor` says of this machine, and of one that lacks something.
#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

using Json = nlohmann::json;

class Doctor : public CliTest {
 protected:
  // The command line behind a line of shell that takes something away.
  CliResult doctor_without(const std::string& taken_away) const {
    return run_program({"/bin/sh", "-c", taken_away + "; exec " HEAPSTORM_CLI " doctor --json"});
  }
  static Json entry(const CliResult& result, const std::string& name) {
    for (const Json& one : Json::parse(result.out, nullptr, false)) {
      if (one["name"] == name) return one;
    }
    ADD_FAILURE() << "nothing about " << name << " in " << result.out << result.err;
    return {};
  }
};

TEST_F(Doctor, SaysWhatEachThingIsForAndHowToGetWhatIsMissing) {
  const CliResult result = run_cli({"doctor", "--json"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;  // or no test of this machine would pass
  const Json list = Json::parse(result.out);
  EXPECT_GE(list.size(), 12u);
  for (const Json& one : list) {
    EXPECT_FALSE(one["found"].get<std::string>().empty()) << one;
    EXPECT_FALSE(one["purpose"].get<std::string>().empty()) << one;
    EXPECT_EQ(one["state"] == "ok", one["remedy"].get<std::string>().empty()) << one;
  }
  EXPECT_NE(entry(result, "symbolizer")["found"].get<std::string>().find("LLVM version"), std::string::npos);
  EXPECT_NE(entry(result, "flavour plain")["found"].get<std::string>().find("mimalloc 2."), std::string::npos);
}

TEST_F(Doctor, SaysWhatEachFlavourIsFor) {
  const CliResult result = run_cli({"doctor", "--json"});
  const auto purpose = [&](const std::string& flavour) {
    return entry(result, "flavour " + flavour)["purpose"].get<std::string>();
  };
  EXPECT_EQ(purpose("plain"), "runs the targets with the owner heap alone");
  EXPECT_EQ(purpose("asan"), "runs them under AddressSanitizer, LeakSanitizer and UBSan");
  EXPECT_EQ(purpose("tsan"), "runs them under ThreadSanitizer");
}

TEST_F(Doctor, IsReadableByAPerson) {
  const CliResult result = run_cli({"doctor"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("ok       membarrier"), std::string::npos) << result.out;
}

TEST_F(Doctor, MissesASymbolizerThatIsNotInThePath) {
  const CliResult result = doctor_without("PATH=/nowhere");
  EXPECT_EQ(result.code, 3) << result.out;
  EXPECT_EQ(entry(result, "symbolizer")["state"], "missing");
  EXPECT_EQ(entry(result, "symbolizer")["remedy"], "apt-get install llvm-19");
  EXPECT_EQ(entry(result, "nginx")["state"], "limited");
}

TEST_F(Doctor, MissesAddressSpaceForTheBlackBox) {
#if defined(HEAPSTORM_ASAN) || defined(HEAPSTORM_TSAN)
  GTEST_SKIP() << "a doctor that is built with a sanitizer does not start there itself";
#endif
  const CliResult result = doctor_without("ulimit -v 30000000");
  EXPECT_EQ(result.code, 3) << result.out;
  EXPECT_EQ(entry(result, "address space")["state"], "missing");
}

// A sanitizer's shadow cannot be mapped either.
TEST_F(Doctor, SaysWhichFlavoursDoNotStart) {
  const CliResult whole = run_cli({"doctor", "--json"});
  const CliResult narrow = doctor_without("ulimit -v 30000000");
  for (const std::string flavour : {"flavour asan", "flavour tsan"}) {
    if (entry(whole, flavour)["state"] != "ok") continue;  // not built
    EXPECT_EQ(entry(narrow, flavour)["state"], "limited");
    EXPECT_NE(entry(narrow, flavour)["remedy"].get<std::string>().find("ulimit -v unlimited"), std::string::npos);
  }
}

TEST_F(Doctor, MissesDescriptors) {
  const CliResult few = doctor_without("ulimit -n 100");
  EXPECT_EQ(few.code, 3) << few.out;
  EXPECT_EQ(entry(few, "descriptors")["state"], "missing");
  const CliResult some = doctor_without("ulimit -n 2000");
  EXPECT_EQ(some.code, 0) << some.out;
  EXPECT_EQ(entry(some, "descriptors")["state"], "limited");
}

}  // namespace
}  // namespace heapstorm::cli
