// The moved starts of functions are run, and must do what the functions do.
#include "harness/code/function_start.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "harness/code/elf_module.h"

namespace heapstorm::code {
namespace {

using Function = std::uint64_t (*)(std::uint64_t, std::uint64_t);

// testing/functions.S
extern "C" std::uint64_t plain(std::uint64_t first, std::uint64_t second);

ElfModule& this_program() {
  static ElfModule module = std::move(ElfModule::open("/proc/self/exe").value());
  return module;
}

FunctionSymbol symbol_of(const std::string& name) {
  const auto all = this_program().functions_named(name);
  EXPECT_EQ(all.size(), 1u) << name;
  return all.empty() ? FunctionSymbol{} : all.front();
}

// Where this program lies in memory.
std::uint64_t base() {
  return reinterpret_cast<std::uint64_t>(&plain) - symbol_of("plain").address;
}

StartOfFunction start_of(const std::string& name) {
  const FunctionSymbol symbol = symbol_of(name);
  return move_start(this_program().code_of(symbol), this_program().parts_of(symbol));
}

Function original(const std::string& name) {
  return reinterpret_cast<Function>(base() + symbol_of(name).address);
}

// A page for code within reach of this program.
class CodePage {
 public:
  CodePage() {
    const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    for (std::uint64_t near = base() + (64u << 20); near < base() + (1u << 30) && page_ == nullptr; near += 1u << 20) {
      void* const got = mmap(reinterpret_cast<void*>(near & ~(size - 1)), size, PROT_READ | PROT_WRITE | PROT_EXEC,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
      if (got != MAP_FAILED) page_ = static_cast<std::uint8_t*>(got);
    }
  }
  ~CodePage() { munmap(page_, static_cast<std::size_t>(sysconf(_SC_PAGESIZE))); }
  CodePage(const CodePage&) = delete;
  CodePage& operator=(const CodePage&) = delete;

  // Not at the start of the page: UBSan looks at what lies before a function.
  Function write(const MovedCode& moved) {
    std::uint8_t* const at = page_ + 64;
    const bool fits = place(moved, base(), reinterpret_cast<std::uint64_t>(at), at);
    EXPECT_TRUE(fits);
    return fits ? reinterpret_cast<Function>(at) : nullptr;
  }

 private:
  std::uint8_t* page_ = nullptr;
};

struct Movable {
  const char* name;
  int skipped;
  int length;
};

void PrintTo(const Movable& movable, std::ostream* out) {
  *out << movable.name;
}

class MovableStart : public testing::TestWithParam<Movable> {};

TEST_P(MovableStart, RunsElsewhereAsItDidAtItsPlace) {
  const auto [name, skipped, length] = GetParam();
  const StartOfFunction start = start_of(name);
  ASSERT_EQ(start.refusal, Refusal::none) << to_words(start.refusal) << ": " << start.detail;
  EXPECT_EQ(start.moved.skipped, skipped);
  EXPECT_EQ(start.moved.length, length);
  CodePage page;
  const Function moved = page.write(start.moved);
  const Function here = original(name);
  EXPECT_EQ(std::memcmp(start.moved.old_bytes, reinterpret_cast<void*>(here), skipped + length), 0);
  for (std::uint64_t first = 0; first < 3; ++first) {
    for (std::uint64_t second = 0; second < 3; ++second) {
      EXPECT_EQ(moved(first, second), here(first, second)) << first << ", " << second;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Code, MovableStart,
                         testing::Values(Movable{"plain", 0, 8}, Movable{"after_endbr", 4, 8},
                                         Movable{"loads_datum", 0, 7}, Movable{"compares_datum", 0, 10},
                                         Movable{"address_of_datum", 0, 7}, Movable{"tail_jump", 0, 5},
                                         Movable{"tail_jump_through_memory", 0, 6}, Movable{"branches_far", 0, 9},
                                         Movable{"branches_near", 0, 5}, Movable{"calls", 0, 5},
                                         Movable{"calls_through_memory", 0, 6}, Movable{"recursive", 0, 5},
                                         Movable{"short_before_padding", 0, 5}, Movable{"jump_over_the_rest", 0, 6},
                                         Movable{"with_harmless_part", 0, 6}, Movable{"jumps_by_a_register", 0, 7}),
                         testing::PrintToStringParamName());

struct Unmovable {
  const char* name;
  Refusal refusal;
  const char* detail;
};

void PrintTo(const Unmovable& unmovable, std::ostream* out) {
  *out << unmovable.name;
}

class UnmovableStart : public testing::TestWithParam<Unmovable> {};

TEST_P(UnmovableStart, IsRefusedWithItsReason) {
  const auto [name, refusal, detail] = GetParam();
  const StartOfFunction start = start_of(name);
  EXPECT_STREQ(to_words(start.refusal), to_words(refusal));
  EXPECT_EQ(start.detail, detail);
}

INSTANTIATE_TEST_SUITE_P(
    Code, UnmovableStart,
    testing::Values(Unmovable{"short_before_another", Refusal::too_short, "3 bytes"},
                    Unmovable{"jumps_into_start", Refusal::jump_into_start, "at offset 8"},
                    Unmovable{"loops_to_start", Refusal::jump_to_start, "at offset 3"},
                    Unmovable{"begins_with_jrcxz", Refusal::unmovable_instruction, "jrcxz at offset 2"},
                    Unmovable{"calls_a_register", Refusal::unmovable_instruction, "call at offset 3"},
                    Unmovable{"loads_by_short_address", Refusal::unmovable_instruction, "mov at offset 0"},
                    Unmovable{"jumps_by_a_register_at_once", Refusal::unmovable_instruction,
                              "a jump by a register before offset 2"},
                    Unmovable{"holds_no_instruction", Refusal::undecodable, "at offset 7"},
                    Unmovable{"begins_with_none", Refusal::undecodable, "at offset 0"},
                    Unmovable{"with_cold_part", Refusal::jump_into_start, "at offset of its other part 0"}),
    testing::PrintToStringParamName());

TEST(MovedCode, KnowsWhereEachInstructionWent) {
  const MovedCode moved = start_of("branches_near").moved;
  ASSERT_EQ(moved.instruction_count, 2);
  EXPECT_EQ(moved.old_starts[0], 0);
  EXPECT_EQ(moved.old_starts[1], 3);
  EXPECT_EQ(moved.new_starts[0], 0);
  EXPECT_EQ(moved.new_starts[1], 3);
  EXPECT_EQ(moved.size, 3 + 6 + 5) << "a test, the branch with a long distance, the jump back";
}

TEST(MovedCode, IsNotPlacedOutOfReachOfWhatItNeeds) {
  const MovedCode moved = start_of("loads_datum").moved;
  std::uint8_t bytes[HEAPSTORM_MOVED_BYTES];
  EXPECT_FALSE(place(moved, base(), base() + (std::uint64_t{4} << 30), bytes));
  EXPECT_FALSE(place(moved, base(), base() - (std::uint64_t{4} << 30), bytes));
}

TEST(MovedCode, ThatWasSpoiltIsNotPlaced) {
  std::uint8_t bytes[HEAPSTORM_MOVED_BYTES];
  MovedCode moved = start_of("calls").moved;
  ASSERT_TRUE(place(moved, base(), base(), bytes));
  moved.fixups[0].at = moved.size - 3;
  EXPECT_FALSE(place(moved, base(), base(), bytes));
  moved = start_of("calls").moved;
  moved.size = HEAPSTORM_MOVED_BYTES + 1;
  EXPECT_FALSE(place(moved, base(), base(), bytes));
  moved = start_of("calls").moved;
  moved.fixup_count = HEAPSTORM_MOVED_FIXUPS + 1;
  EXPECT_FALSE(place(moved, base(), base(), bytes));
}

}  // namespace
}  // namespace heapstorm::code
