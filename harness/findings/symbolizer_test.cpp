#include "harness/findings/symbolizer.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace heapstorm {
namespace {

constexpr std::uint32_t function_line = __LINE__ + 1;
[[gnu::noinline]] void* place_of_caller() {
  void* address = __builtin_return_address(0);
  asm volatile("" : : "r"(address) : "memory");
  return address;
}

struct Call {
  void* return_address;
  std::uint32_t line;
};

[[gnu::noinline]] Call calling_function() {
  void* address = place_of_caller();
  asm volatile("" : : "r"(address) : "memory");
  return {address, __LINE__ - 2};
}

std::string own_path() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

CodePlace place(const void* address, bool return_address) {
  Dl_info info{};
  EXPECT_NE(::dladdr(address, &info), 0);
  const auto offset = reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(info.dli_fbase);
  return {own_path(), offset, return_address};
}

// Writes a script to a fresh directory, which goes away with it.
class Script {
 public:
  explicit Script(const std::string& text) {
    char name[] = "/tmp/symbolizer_test_XXXXXX";
    directory_ = ::mkdtemp(name);
    std::ofstream(path()) << text;
    ::chmod(path().c_str(), 0700);
  }
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;
  ~Script() { std::filesystem::remove_all(directory_); }
  std::string path() const { return directory_ + "/script"; }

 private:
  std::string directory_;
};

SymbolizerOptions with_program(const std::string& program,
                               std::chrono::milliseconds deadline = std::chrono::seconds(20)) {
  SymbolizerOptions options;
  options.program = program;
  options.deadline = deadline;
  return options;
}

TEST(Symbolizer, NamesAFunctionOfThisProgramWithFileAndLine) {
  Symbolizer symbolizer;
  const auto frames = symbolizer.frames(place(reinterpret_cast<void*>(&place_of_caller), false));
  ASSERT_EQ(symbolizer.problem(), "");
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_NE(frames[0].function.find("place_of_caller"), std::string::npos) << frames[0].function;
  EXPECT_EQ(frames[0].file, "harness/findings/symbolizer_test.cpp");
  EXPECT_EQ(frames[0].line, function_line);
  EXPECT_EQ(frames[0].module, own_path());
}

TEST(Symbolizer, FindsTheCallOfAReturnAddress) {
  const Call call = calling_function();
  Symbolizer symbolizer;
  const auto frames = symbolizer.frames(place(call.return_address, true));
  EXPECT_NE(frames[0].function.find("calling_function"), std::string::npos) << frames[0].function;
  EXPECT_EQ(frames[0].line, call.line);
}

// One of 12 bytes, with something of another size before and behind it.
[[gnu::used]] char before_the_variable[4] = {1};
[[gnu::used]] char symbolizer_test_variable[12] = {1};
[[gnu::used]] char behind_the_variable[64] = {1};

TEST(Symbolizer, NamesAVariableFromItsFirstByteToItsLast) {
  Symbolizer symbolizer;
  const CodePlace first = place(symbolizer_test_variable, false);
  const auto at = [&](std::uint64_t distance) { return symbolizer.variable(first.module, first.offset + distance); };
  ASSERT_TRUE(at(0));
  EXPECT_NE(at(0)->name.find("symbolizer_test_variable"), std::string::npos) << at(0)->name;
  EXPECT_EQ(at(0)->offset, 0u);
  EXPECT_EQ(at(11), (Variable{at(0)->name, 11}));
  EXPECT_NE(at(12).value_or(Variable{}).name, at(0)->name);
}

// llvm-symbolizer names the nearest symbol before an address, also where it ends before it.
TEST(Symbolizer, NamesNoVariableOneByteBehindIt) {
  const Script script("#!/bin/sh\necho '{\"Data\":{\"Name\":\"cache\",\"Size\":\"0x8\",\"Start\":\"0x1000\"}}'\n");
  Symbolizer symbolizer(with_program(script.path()));
  EXPECT_EQ(symbolizer.variable(own_path(), 0xfff), std::nullopt);
  EXPECT_EQ(symbolizer.variable(own_path(), 0x1000), (Variable{"cache", 0}));
  EXPECT_EQ(symbolizer.variable(own_path(), 0x1007), (Variable{"cache", 7}));
  EXPECT_EQ(symbolizer.variable(own_path(), 0x1008), std::nullopt);
}

TEST(Symbolizer, AnswersABatchInOrderThoughSomePlacesAreBad) {
  const CodePlace good = place(reinterpret_cast<void*>(&place_of_caller), false);
  const CodePlace behind{own_path(), 0x7fffffffffff, false}, missing{"/nonexistent/file", 5, false},
      nowhere{"", 77, false};
  Symbolizer symbolizer;
  symbolizer.prepare({behind, good, missing, nowhere});
  EXPECT_EQ(symbolizer.frames(behind).at(0).line, 0u);
  EXPECT_EQ(symbolizer.frames(good).at(0).line, function_line);
  EXPECT_EQ(symbolizer.frames(missing).at(0), (Frame{"", "", 0, "/nonexistent/file", 5}));
  EXPECT_EQ(symbolizer.frames(nowhere).at(0), (Frame{"", "", 0, "", 77}));
}

TEST(Symbolizer, NeverAsksAboutPathsThatAreNoFilesOrWouldBreakALine) {
  Symbolizer symbolizer;
  for (const char* path : {"/dev/zero", "/", "relative", "/tmp/a\" 0x1\n\"/b"}) {
    EXPECT_EQ(symbolizer.frames({path, 5, true}).at(0), (Frame{"", "", 0, path, 5}));
  }
}

TEST(Symbolizer, KeepsModuleAndOffsetWhenItsProgramIsMissing) {
  Symbolizer symbolizer(with_program("/nonexistent/symbolizer"));
  const CodePlace somewhere{own_path(), 0x10, true};
  EXPECT_EQ(symbolizer.frames(somewhere).at(0), (Frame{"", "", 0, own_path(), 0x10}));
  EXPECT_NE(symbolizer.problem(), "");
}

TEST(Symbolizer, KeepsModuleAndOffsetWhenItsProgramTalksNonsense) {
  for (const char* text :
       {"#!/bin/sh\necho '{\"Symbol\":[7,{\"FunctionName\":5}]}'\n", "#!/bin/sh\necho '[['\n", "#!/bin/sh\nexit 3\n"}) {
    const Script script(text);
    Symbolizer symbolizer(with_program(script.path()));
    EXPECT_EQ(symbolizer.frames({own_path(), 0x10, true}).at(0), (Frame{"", "", 0, own_path(), 0x10})) << text;
  }
}

TEST(Symbolizer, GivesUpOnAProgramThatHangs) {
  const Script script("#!/bin/sh\nexec sleep 600\n");
  Symbolizer symbolizer(with_program(script.path(), std::chrono::milliseconds(200)));
  EXPECT_EQ(symbolizer.frames({own_path(), 0x10, true}).at(0).offset, 0x10u);
  EXPECT_NE(symbolizer.problem().find("in time"), std::string::npos);
}

TEST(Symbolizer, TakesItsProgramFromTheEnvironment) {
  const Script script(
      "#!/bin/sh\necho '{\"Symbol\":[{\"FunctionName\":\"f\",\"FileName\":\"./a/../b.cpp\",\"Line\":3}]}'\n");
  ::setenv("HEAPSTORM_SYMBOLIZER", script.path().c_str(), 1);
  Symbolizer symbolizer;
  ::unsetenv("HEAPSTORM_SYMBOLIZER");
  EXPECT_EQ(symbolizer.frames({own_path(), 0x10, true}).at(0), (Frame{"f", "b.cpp", 3, own_path(), 0x10}));
}

TEST(FileNames, AreRelativeToTheTree) {
  EXPECT_EQ(normal_file_name("./targets/a.cpp"), "targets/a.cpp");
  EXPECT_EQ(normal_file_name("build/../targets/./a.cpp"), "targets/a.cpp");
  EXPECT_EQ(normal_file_name("/home/me/tree/targets/a.cpp", "/home/me/tree/"), "targets/a.cpp");
  EXPECT_EQ(normal_file_name("/usr/include/x.h", "/home/me/tree/"), "/usr/include/x.h");
  EXPECT_EQ(normal_file_name("??"), "");
}

}  // namespace
}  // namespace heapstorm
