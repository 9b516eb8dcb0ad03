// The moved starts of all functions of large programs, read by another decoder (Capstone): each instruction must mean
// what it meant at its place.
#include <capstone/capstone.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "harness/code/elf_module.h"

namespace heapstorm::code {
namespace {

constexpr std::uint64_t base = 0x5500'0000'0000;
constexpr std::int64_t away = 1 << 29;  // from a function to its moved start

class Capstone {
 public:
  Capstone() {
    cs_open(CS_ARCH_X86, CS_MODE_64, &handle_);
    cs_option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
  }
  ~Capstone() { cs_close(&handle_); }
  Capstone(const Capstone&) = delete;
  Capstone& operator=(const Capstone&) = delete;

  struct Read {
    std::string text;  // with the addresses that it means; "" if this decoder does not know it
    std::size_t length = 0;
    bool is_call = false;
  };

  Read read(const std::uint8_t* bytes, std::size_t size, std::uint64_t address) const {
    cs_insn* instruction = nullptr;
    if (cs_disasm(handle_, bytes, size, address, 1, &instruction) != 1) return {};
    Read read{.text = std::string(instruction->mnemonic) + " " + instruction->op_str,
              .length = instruction->size,
              .is_call = cs_insn_group(handle_, instruction, CS_GRP_CALL)};
    const cs_x86& x86 = instruction->detail->x86;
    for (std::size_t i = 0; i < x86.op_count; ++i) {
      const cs_x86_op& operand = x86.operands[i];
      if (operand.type != X86_OP_MEM || operand.mem.base != X86_REG_RIP) continue;
      const std::size_t begin = read.text.find("[rip");
      if (begin == std::string::npos) continue;
      const auto target = address + instruction->size + static_cast<std::uint64_t>(operand.mem.disp);
      read.text.replace(begin, read.text.find(']', begin) - begin, fmt::format("[{:#x}", target));
    }
    cs_free(instruction, 1);
    return read;
  }

 private:
  csh handle_ = 0;
};

struct Tally {
  std::size_t moved = 0, refused = 0, unknown = 0, different = 0;
};

class Comparison {
 public:
  explicit Comparison(Tally& tally) : tally_(tally) {}

  void compare(const FunctionCode& function, const MovedCode& moved, const std::string& name) {
    const std::uint64_t place_of_old = base + function.address + moved.skipped;
    const std::uint64_t place_of_new = place_of_old + away;
    std::uint8_t bytes[HEAPSTORM_MOVED_BYTES];
    ASSERT_TRUE(place(moved, base, place_of_new, bytes)) << name;
    for (std::size_t i = 0; i < moved.instruction_count; ++i) {
      const std::size_t from = moved.old_starts[i], to = moved.new_starts[i];
      const auto old = capstone_.read(function.bytes.data() + moved.skipped + from,
                                      function.bytes.size() - moved.skipped - from, place_of_old + from);
      if (old.text.empty()) {
        ++tally_.unknown;
        continue;
      }
      const auto now = old.is_call ? call_at(bytes, moved.size, to, place_of_new)
                                   : capstone_.read(bytes + to, moved.size - to, place_of_new + to).text;
      const auto expected =
          old.is_call ? old.text + fmt::format(" then {:#x}", place_of_old + from + old.length) : old.text;
      if (now == expected) continue;
      ++tally_.different;
      ADD_FAILURE() << name << ": \"" << expected << "\" became \"" << now << '"';
    }
  }

 private:
  // "call X then Y" of: push [literal]; jump X; literal: Y
  std::string call_at(const std::uint8_t* bytes, std::size_t size, std::size_t at, std::uint64_t place) const {
    const auto push = capstone_.read(bytes + at, size - at, place + at);
    const auto jump = capstone_.read(bytes + at + push.length, size - at - push.length, place + at + push.length);
    const std::size_t literal = at + push.length + jump.length;
    if (push.text != fmt::format("push qword ptr [{:#x}]", place + literal)) return push.text;
    std::uint64_t value = 0;
    if (literal + sizeof value > size) return "no literal";
    std::memcpy(&value, bytes + literal, sizeof value);
    return "call" + jump.text.substr(jump.text.find(' ')) + fmt::format(" then {:#x}", value);
  }

  Tally& tally_;
  Capstone capstone_;
};

Tally compare_all(const std::string& path) {
  Tally tally;
  const auto module = ElfModule::open(path);
  if (!module) return tally;
  Comparison comparison(tally);
  for (const FunctionSymbol& function : module.value().functions()) {
    const FunctionCode code = module.value().code_of(function);
    if (code.bytes.empty()) continue;
    const StartOfFunction start = move_start(code);
    ++(start.refusal == Refusal::none ? tally.moved : tally.refused);
    if (start.refusal == Refusal::none) comparison.compare(code, start.moved, function.name);
    if (testing::Test::HasFatalFailure() || tally.different > 20) break;
  }
  return tally;
}

// By a function that no sanitizer has in its place.
std::string library_of(const char* function) {
  Dl_info info{};
  dladdr(dlsym(RTLD_DEFAULT, function), &info);
  return info.dli_fname == nullptr ? "" : info.dli_fname;
}

void expect_most_to_move(const std::string& path, std::size_t at_least) {
  const Tally tally = compare_all(path);
  testing::Test::RecordProperty("moved", static_cast<int>(tally.moved));
  testing::Test::RecordProperty("refused", static_cast<int>(tally.refused));
  EXPECT_GT(tally.moved, at_least) << path;
  EXPECT_GT(tally.moved, 4 * tally.refused) << path;
  EXPECT_LT(tally.unknown, tally.moved / 50) << path;
  std::printf("%s: %zu moved, %zu refused, %zu instructions unknown to the second decoder\n", path.c_str(), tally.moved,
              tally.refused, tally.unknown);
}

TEST(Relocation, OfLibcMeansTheSame) {
  expect_most_to_move(library_of("gnu_get_libc_version"), 1000);
}

TEST(Relocation, OfTheCxxLibraryMeansTheSame) {
  expect_most_to_move(library_of("_ZSt9terminatev"), 2000);
}

TEST(Relocation, OfThisProgramMeansTheSame) {
  expect_most_to_move("/proc/self/exe", 1000);
}

// Any other, for who wants to know: HEAPSTORM_RELOCATE=FILE:FILE...
TEST(Relocation, OfNamedFilesMeansTheSame) {
  const char* const named = std::getenv("HEAPSTORM_RELOCATE");
  if (named == nullptr) GTEST_SKIP() << "HEAPSTORM_RELOCATE names none";
  const std::string paths = named;
  for (std::size_t at = 0; at < paths.size();) {
    const std::size_t end = std::min(paths.find(':', at), paths.size());
    const std::string path = paths.substr(at, end - at);
    const Tally tally = compare_all(path);
    std::printf("%s: %zu moved, %zu refused, %zu unknown\n", path.c_str(), tally.moved, tally.refused, tally.unknown);
    EXPECT_GT(tally.moved, 0u) << path;
    at = end + 1;
  }
}

}  // namespace
}  // namespace heapstorm::code
