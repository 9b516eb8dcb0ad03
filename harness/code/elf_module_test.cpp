#include "harness/code/elf_module.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace heapstorm::code {
namespace {

// By a function that no sanitizer has in its place.
std::string libc_path() {
  Dl_info info{};
  dladdr(reinterpret_cast<void*>(&gnu_get_libc_version), &info);
  return info.dli_fname;
}

void* in_libc(const char* name) {
  static void* const libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
  return dlsym(libc, name);
}

// As a process sees it: where dlsym finds it, less where the module lies.
std::uint64_t address_in_libc(const char* name) {
  Dl_info info{};
  void* const function = in_libc(name);
  dladdr(function, &info);
  return reinterpret_cast<std::uint64_t>(function) - reinterpret_cast<std::uint64_t>(info.dli_fbase);
}

TEST(ElfModule, FindsWhatALibraryExports) {
  const auto libc = ElfModule::open(libc_path());
  ASSERT_TRUE(libc);
  EXPECT_TRUE(libc.value().facts().is_x86_64);
  EXPECT_FALSE(libc.value().facts().is_static);
  EXPECT_EQ(libc.value().facts().build_id.size(), 40u);
  for (const char* const name : {"malloc", "free", "accept4", "pthread_create"}) {
    const auto found = libc.value().functions_named(name);
    const bool has_it = std::any_of(found.begin(), found.end(), [&](const FunctionSymbol& function) {
      return function.address == address_in_libc(name) && function.is_exported && function.size > 0;
    });
    EXPECT_TRUE(has_it) << name;
  }
  EXPECT_TRUE(libc.value().functions_named("no_such_function").empty());
}

TEST(ElfModule, ShowsTheBytesThatAreInMemory) {
  const auto libc = ElfModule::open(libc_path());
  ASSERT_TRUE(libc);
  const auto found = libc.value().functions_named("strtol");
  ASSERT_FALSE(found.empty());
  const FunctionCode code = libc.value().code_of(found.front());
  ASSERT_GE(code.bytes.size(), code.size);
  ASSERT_GT(code.size, 0u);
  EXPECT_EQ(std::memcmp(code.bytes.data(), in_libc("strtol"), code.size), 0);
}

TEST(ElfModule, KnowsTheAddressOfAnIfuncAsOneOfItsResolver) {
  const auto libc = ElfModule::open(libc_path());
  ASSERT_TRUE(libc);
  const auto found = libc.value().functions_named("memcpy");
  ASSERT_FALSE(found.empty());
  EXPECT_TRUE(
      std::any_of(found.begin(), found.end(), [](const FunctionSymbol& function) { return function.is_ifunc; }));
}

TEST(ElfModule, TellsAProgramFromALibrary) {
  const auto program = ElfModule::open("/proc/self/exe");
  ASSERT_TRUE(program);
  EXPECT_TRUE(program.value().facts().is_program);
  EXPECT_EQ(program.value().facts().loader, "/lib64/ld-linux-x86-64.so.2");
  EXPECT_FALSE(program.value().facts().is_static);
  EXPECT_TRUE(program.value().facts().has_symbol_table);
  const auto libc = ElfModule::open(libc_path());
  ASSERT_TRUE(libc);
  EXPECT_EQ(libc.value().path(), libc_path());
}

TEST(ElfModule, NamesTheFileThatIsNone) {
  const auto missing = ElfModule::open("/no/such/file");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::bad_input);
  EXPECT_EQ(missing.error().message, "/no/such/file: No such file or directory");
  const std::string text = testing::TempDir() + "elf_module_test.txt";
  std::ofstream(text) << "#!/bin/sh\n";
  const auto script = ElfModule::open(text);
  ASSERT_FALSE(script);
  EXPECT_EQ(script.error().message, text + ": no program or library (ELF file)");
  std::filesystem::remove(text);
}

// Every byte of the headers and tables turned, one at a time: what is found does not matter.
TEST(ElfModule, TakesDamage) {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::string path = testing::TempDir() + "elf_module_damaged";
  for (std::size_t at = 0; at < 64 + 10 * 56; at += 3) {
    std::string damaged = bytes.substr(0, 1 << 16);
    damaged[at] = static_cast<char>(damaged[at] ^ 0xff);
    std::ofstream(path, std::ios::binary) << damaged;
    const auto module = ElfModule::open(path);
    if (!module) continue;
    for (const FunctionSymbol& function : module.value().functions()) module.value().code_of(function);
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace heapstorm::code
