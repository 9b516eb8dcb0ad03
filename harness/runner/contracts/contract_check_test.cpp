// What a contract sees of programs of every kind; of this test, too.
#include "harness/runner/contract_check.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "harness/runner/contracts/subject.h"

namespace fs = std::filesystem;

// Functions of this program that nobody exports, as a server's own pool.
extern "C" {
#define HIDDEN __attribute__((visibility("hidden"), noinline))
volatile int contract_test_calls = 0;
HIDDEN void* contract_test_get(int bytes) {
  contract_test_calls = contract_test_calls + bytes;
  return const_cast<int*>(&contract_test_calls);
}
HIDDEN void contract_test_put(void* block) {
  if (block != nullptr) contract_test_calls = contract_test_calls + 1;
}
#undef HIDDEN
}

namespace heapstorm {
namespace {

using Hook = FunctionCheck::Hook;
using Role = ContractFunction::Role;

std::string this_program() {
  return fs::read_symlink("/proc/self/exe").string();
}

Contract contract_of(const std::string& get, const std::string& put) {
  contract_test_put(contract_test_get(1));
  return {.name = "test",
          .summary = "",
          .owner = OwnerRule::allocating_thread,
          .chunk_bytes = 0,
          .heap_of_thread = "",
          .functions = {{.name = get, .role = Role::allocates, .size_bytes = 1},
                        {.name = put, .role = Role::frees, .pointer = 1}},
          .through = {},
          .needs_through = false};
}

const FunctionCheck& check_of(const ContractCheck& check, const std::string& name) {
  static const FunctionCheck none;
  const auto found = std::ranges::find(check.functions, name, &FunctionCheck::name);
  EXPECT_NE(found, check.functions.end()) << name;
  return found == check.functions.end() ? none : *found;
}

std::string error_of(const std::vector<std::string>& command) {
  const auto check = check_contract(contract_of("malloc", "free"), command);
  return check ? "no error" : check.error().message;
}

class ContractCheckTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("contract_check_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text, int mode = 0755) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(::chmod(path.c_str(), static_cast<mode_t>(mode)), 0);
    return path;
  }

  fs::path folder_;
};

TEST_F(ContractCheckTest, SeesFunctionsOfTheProgramThatNobodyExports) {
  const auto check = check_contract(contract_of("contract_test_get", "contract_test_put"), {this_program()});
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_EQ(check.value().refusal, "");
  EXPECT_EQ(check.value().program, this_program());
  EXPECT_EQ(check.value().modules.front(), this_program());
  const FunctionCheck& get = check_of(check.value(), "contract_test_get");
  EXPECT_EQ(get.module, this_program());
  EXPECT_EQ(get.hook, Hook::at_entry);
  EXPECT_FALSE(get.is_exported);
}

// Functions that no sanitizer has in their place.
TEST_F(ContractCheckTest, SeesFunctionsOfItsLibraries) {
  const auto check = check_contract(contract_of("rawmemchr", "lfind"), {this_program()});
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_NE(check_of(check.value(), "lfind").module.find("libc.so"), std::string::npos);
  EXPECT_EQ(check_of(check.value(), "lfind").hook, Hook::at_entry);
  EXPECT_EQ(check_of(check.value(), "rawmemchr").hook, Hook::at_start) << "an IFUNC";
}

TEST_F(ContractCheckTest, SaysWhenItIsOfNoUse) {
  auto check = check_contract(contract_of("_emalloc", "_efree"), {this_program()});
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_EQ(check.value().refusal, "none of its functions that allocate can be hooked");
  EXPECT_EQ(check_of(check.value(), "_emalloc").reason, "no module has it");

  Contract contract = contract_of("malloc", "free");
  contract.functions.push_back({.name = "_emalloc", .role = Role::allocates, .is_required = true});
  check = check_contract(contract, {this_program()});
  ASSERT_TRUE(check);
  EXPECT_EQ(check.value().refusal, "it cannot do without _emalloc");

  contract = contract_of("malloc", "free");
  contract.owner = OwnerRule::chunk_word;
  contract.heap_of_thread = "no_such_heap";
  check = check_contract(contract, {this_program()});
  ASSERT_TRUE(check);
  EXPECT_EQ(check.value().refusal, "it cannot do without no_such_heap, which says whose heap is whose");

  contract = contract_of("malloc", "free");
  contract.needs_through = true;
  check = check_contract(contract, {this_program()});
  ASSERT_TRUE(check);
  EXPECT_EQ(check.value().refusal,
            "it names no functions or modules through which blocks are allocated (\"through\", --through)");
  contract.through = {"contract_test_get"};
  EXPECT_EQ(check_contract(contract, {this_program()}).value().refusal, "");
  contract.through = {"libc", "contract_test_got"};
  EXPECT_EQ(check_contract(contract, {this_program()}).value().refusal,
            "contract_test_got is no function and no module of the program");
}

TEST_F(ContractCheckTest, FollowsScriptsToTheirInterpreter) {
  const std::string script = write("script", "#!" + this_program() + " -x\necho\n");
  const std::string second = write("second", "#! " + script + "\n");
  EXPECT_EQ(find_subject({second}).value().program, this_program());
  const std::string by_env = write("by_env", "#!/usr/bin/env -S A=1 sh\n");
  EXPECT_EQ(find_subject({by_env}).value().program, fs::canonical("/bin/sh").string());
  const std::string loop = (folder_ / "loop").string();
  write("loop", "#!" + loop + "\n");
  EXPECT_EQ(error_of({loop}), loop + ": too many scripts run each other");
  const std::string lost = write("lost", "#!/no/such/interpreter\n");
  EXPECT_EQ(error_of({lost}), lost + ": its interpreter: /no/such/interpreter: no such file");
}

TEST_F(ContractCheckTest, NamesThePathAndTheReasonOfAProgramThatItCannotEnter) {
  EXPECT_EQ(error_of({"no-such-program-anywhere"}), "no-such-program-anywhere: no such program in PATH");
  EXPECT_EQ(error_of({"/no/such"}), "/no/such: no such file");
  EXPECT_EQ(error_of({folder_.string()}), folder_.string() + ": is no file that may be run");
  const std::string text = write("text", "hello\n");
  EXPECT_EQ(error_of({text}), text + ": no program or library (ELF file)");
  const std::string plain = write("plain", "hello\n", 0644);
  EXPECT_EQ(error_of({plain}), plain + ": is no file that may be run");
  EXPECT_EQ(error_of({}), "there is no command");
  for (const std::string program : {HEAPSTORM_STATIC_PROGRAM, HEAPSTORM_STATIC_PIE_PROGRAM}) {
    EXPECT_TRUE(error_of({program}).starts_with(program + ": is linked statically")) << error_of({program});
  }
}

TEST_F(ContractCheckTest, RefusesAnotherMachinesProgramAndALibrary) {
  std::ifstream file(this_program(), std::ios::binary);
  std::string bytes(65536, 0);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes[18] = static_cast<char>(183);  // e_machine: AArch64
  const std::string other = write("other", bytes);
  EXPECT_EQ(error_of({other}), other + ": is for another machine; hooks are for x86-64");
  const auto subject = find_subject({this_program()});
  ASSERT_TRUE(subject);
  const auto library = std::ranges::find_if(
      subject.value().modules, [](const std::string& path) { return path.find("libstdc++") != std::string::npos; });
  ASSERT_NE(library, subject.value().modules.end());
  const fs::path copy = folder_ / "library";
  fs::copy_file(*library, copy);
  fs::permissions(copy, fs::perms::owner_all);
  EXPECT_EQ(error_of({copy.string()}), copy.string() + ": is a library, not a program");
}

TEST_F(ContractCheckTest, RefusesAProgramThatTakesOtherRights) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file to somebody else";
  const fs::path copy = folder_ / "setuid";
  fs::copy_file(this_program(), copy);
  ASSERT_EQ(::chown(copy.c_str(), 65534, 65534), 0);
  ASSERT_EQ(::chmod(copy.c_str(), 04755), 0);
  EXPECT_TRUE(error_of({copy.string()}).starts_with(copy.string() + ": takes other rights"))
      << error_of({copy.string()});
}

TEST(LoaderList, NamesWhatIsLoadedAndWhatIsMissing) {
  Subject subject;
  read_loader_list(
      "\tlinux-vdso.so.1 (0x00007ffc8d5e6000)\n"
      "\tlibmissing.so.2 => not found\n"
      "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f2a3c000000)\n"
      "\tlibodd.so => /opt/a (b)/libodd.so (0x00007f2a3b000000)\n"
      "\tlibnear.so => ./lib/../libnear.so (0x00007f2a3a000000)\n"
      "\t/lib64/ld-linux-x86-64.so.2 (0x00007f2a3c400000)\n"
      "\n",
      subject);
  EXPECT_EQ(subject.modules,
            (std::vector<std::string>{"/lib/x86_64-linux-gnu/libc.so.6", "/opt/a (b)/libodd.so",
                                      (fs::current_path() / "libnear.so").string(), "/lib64/ld-linux-x86-64.so.2"}));
  EXPECT_EQ(subject.missing, std::vector<std::string>{"libmissing.so.2"});
}

}  // namespace
}  // namespace heapstorm
