// Each kind of violation, and beside it the legal use that it must be told from.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "harness/heap/testing/heap_child.h"

namespace heapstorm::heap {
namespace {

class Violations : public testing::TestWithParam<heapstorm_backend> {
 protected:
  HeapChild run(const std::function<void()>& body) { return HeapChild(test_options(GetParam()), body); }
};

std::string backend_name(const testing::TestParamInfo<heapstorm_backend>& backend) {
  return backend.param == HEAPSTORM_BACKEND_SYSTEM ? "system" : "mimalloc";
}
INSTANTIATE_TEST_SUITE_P(Backends, Violations, testing::Values(HEAPSTORM_BACKEND_MIMALLOC, HEAPSTORM_BACKEND_SYSTEM),
                         backend_name);

constexpr std::uint32_t handshake = HEAPSTORM_ACTION(HEAPSTORM_ACTION_HANDSHAKE, 1);
constexpr std::uint32_t message = HEAPSTORM_ACTION(HEAPSTORM_ACTION_MESSAGE, 3);

TEST_P(Violations, ForeignFreeNamesBothSides) {
  HeapChild child = run([] {
    heapstorm_context(11, handshake, heapstorm_name("opening"));
    void* block = heapstorm_allocate(45, heapstorm_name("date_header"));
    on_thread("thief", [&] {
      heapstorm_context(12, message, 0);
      heapstorm_free(block);
    });
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_FOREIGN_FREE);
  EXPECT_EQ(child.name(finding.tag), "date_header");
  EXPECT_EQ(finding.block_bytes, 45u);
  EXPECT_EQ(finding.block_state, HEAPSTORM_BLOCK_LIVE);
  EXPECT_EQ(finding.count, 1u);
  EXPECT_EQ(child.thread_name(finding.owner.thread), "main");
  EXPECT_EQ(finding.owner.connection, 11u);
  EXPECT_EQ(finding.owner.action, handshake);
  EXPECT_GE(child.stack_frames(finding.owner.stack), 2u);
  EXPECT_EQ(child.thread_name(finding.offender.thread), "thief");
  EXPECT_EQ(finding.offender.connection, 12u);
  EXPECT_EQ(finding.offender.action, message);
  EXPECT_GE(child.stack_frames(finding.offender.stack), 2u);
}

void* a_static_cache = nullptr;

TEST_P(Violations, TheVariableThatHeldThePointerIsRecorded) {
  HeapChild child = run([] {
    a_static_cache = heapstorm_allocate(45, 0);
    on_thread("thief", [] { heapstorm_free(a_static_cache); });
  });
  ASSERT_TRUE(child.exited_cleanly());
  // The child is a fork of this process: the variable is at the same address here.
  EXPECT_EQ(child.only_finding().held_at, reinterpret_cast<std::uint64_t>(&a_static_cache));
}

TEST_P(Violations, ABlockThatNoVariableRefersToHasNoReferrer) {
  HeapChild child = run([] {
    void* block = heapstorm_allocate(45, 0);
    on_thread("thief", [&] { heapstorm_free(block); });
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_EQ(child.only_finding().held_at, 0u);
}

TEST_P(Violations, APointerToAStackIsRecordedWithItsThread) {
  HeapChild child = run([] {
    // ASan keeps plain local variables elsewhere, to see their use after the return.
    volatile std::size_t bytes = 256;
    auto* on_the_stack = static_cast<std::byte*>(__builtin_alloca(bytes));
    on_thread("thief", [&] { heapstorm_free(on_the_stack + 128); });
  });
  ASSERT_TRUE(child.exited_cleanly());
  const auto finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_INVALID_FREE);
  EXPECT_EQ(child.thread_name(finding.owner.thread), "main");
}

TEST_P(Violations, FreeByTheOwnerIsSilent) {
  HeapChild child = run([] {
    for (int i = 0; i < 5000; ++i) heapstorm_free(heapstorm_allocate(static_cast<std::size_t>(i), 0));
    heapstorm_free(nullptr);
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST_P(Violations, RepeatsOfOneFingerprintAreCounted) {
  HeapChild child = run([] {
    std::vector<void*> blocks;
    for (int i = 0; i < 100; ++i) blocks.push_back(heapstorm_allocate(45, heapstorm_name("date_header")));
    on_thread("thief", [&] {
      for (void* block : blocks) heapstorm_free(block);
    });
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_EQ(child.only_finding().count, 100u);
  EXPECT_EQ(child.control().violations, 100u);
}

TEST_P(Violations, ForeignReallocKeepsTheContentsAndReports) {
  HeapChild child = run([] {
    auto* block = static_cast<char*>(heapstorm_allocate(20, 0));
    strcpy(block, "kept");
    on_thread("thief", [&] {
      auto* moved = static_cast<char*>(heapstorm_reallocate(block, 4000));
      if (strcmp(moved, "kept") != 0) _exit(3);
      heapstorm_free(moved);  // It is the thief's now.
    });
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_EQ(child.only_finding().kind, HEAPSTORM_FOREIGN_REALLOC);
}

TEST_P(Violations, ForeignAllocateNamesTheHeapsOwnerAndTheBlock) {
  HeapChild child = run([] {
    heapstorm_heap* mine = heapstorm_heap_current();
    void* block = nullptr;
    on_thread("helper", [&] { block = heapstorm_allocate_in(mine, 64, heapstorm_name("request")); });
    heapstorm_free(block);  // Legal: the block belongs to the heap that it was asked from.
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_FOREIGN_ALLOCATE);
  EXPECT_EQ(finding.block_bytes, 64u);
  EXPECT_EQ(child.name(finding.tag), "request");
  EXPECT_EQ(child.thread_name(finding.owner.thread), "main");
  EXPECT_EQ(child.thread_name(finding.offender.thread), "helper");
}

TEST_P(Violations, AllocateInOnesOwnHeapIsSilent) {
  HeapChild child = run([] { heapstorm_free(heapstorm_allocate_in(heapstorm_heap_current(), 64, 0)); });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST_P(Violations, DoubleFreeNamesTheFirstFree) {
  HeapChild child = run([] {
    heapstorm_context(5, message, 0);
    void* block = heapstorm_allocate(64, 0);
    heapstorm_free(block);
    on_thread("second", [&] { heapstorm_free(block); });
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_DOUBLE_FREE);
  EXPECT_EQ(child.thread_name(finding.freed.thread), "main");
  EXPECT_EQ(finding.freed.connection, 5u);
  EXPECT_EQ(finding.freed.action, message);
  EXPECT_GE(child.stack_frames(finding.freed.stack), 2u);
  EXPECT_EQ(child.thread_name(finding.offender.thread), "second");
}

TEST_P(Violations, FreeingTheNextBlockOfTheSameSizeIsNoDoubleFree) {
  HeapChild child = run([] {
    for (int i = 0; i < 5000; ++i) {  // More than the quarantine holds, so addresses come back.
      void* block = heapstorm_allocate(64, 0);
      heapstorm_free(block);
    }
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

int a_global = 0;

TEST_P(Violations, InvalidFreesAreReportedAndNeverFault) {
  HeapChild child = run([] {
    int on_stack = 0;
    void* from_malloc = malloc(100);
    auto* block = static_cast<char*>(heapstorm_allocate(100, heapstorm_name("inner")));
    heapstorm_free(&a_global);
    heapstorm_free(&on_stack);
    heapstorm_free(from_malloc);
    heapstorm_free(reinterpret_cast<void*>(16));
    heapstorm_free(reinterpret_cast<void*>(0xdeadbeefdeadbee0u));
    heapstorm_free(reinterpret_cast<char*>(heapstorm_heap_box()) + (1 << 20));
    heapstorm_free(block + 32);
    heapstorm_free(block + 33);
    heapstorm_free(block);  // Still legal.
    free(from_malloc);
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_EQ(child.control().violations, 8u);
  int interior = 0;
  for (const auto& finding : child.findings()) {
    EXPECT_EQ(finding.kind, HEAPSTORM_INVALID_FREE);
    if (finding.flags & HEAPSTORM_FINDING_INTERIOR) {
      ++interior;
      EXPECT_EQ(child.name(finding.tag), "inner");
      EXPECT_GT(finding.address, finding.block_address);
    }
  }
  EXPECT_EQ(interior, 2);
}

TEST_P(Violations, WildPointersAllOverTheArenaNeverFault) {
  HeapChild child = run([] {
    for (int i = 0; i < 300; ++i) heapstorm_allocate(static_cast<std::size_t>(i), 0);
    auto* box = reinterpret_cast<std::uint8_t*>(heapstorm_heap_box());
    std::uint64_t box_bytes = heapstorm_heap_box()->box_bytes;
    for (std::uint64_t i = 0; i < 500; ++i) heapstorm_free(box + i * 0x9e3779b97f4a7c15u % box_bytes);
    heapstorm_free(box + box_bytes - 16);
    heapstorm_free(box + box_bytes);
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_EQ(child.control().violations, 502u);
}

TEST_P(Violations, WriteAfterFreeIsFoundWithBothStacks) {
  heapstorm_heap_options options = test_options(GetParam());
  options.watch_whole_one_in = 1;
  HeapChild child(options, [] {
    void* block = heapstorm_allocate(200, heapstorm_name("session"));
    heapstorm_free(block);
    stray_write(block, 123, 0x42);
    heapstorm_thread_retire();
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_USE_AFTER_FREE);
  EXPECT_EQ(finding.damaged_at, 123u);
  EXPECT_EQ(child.name(finding.tag), "session");
  EXPECT_GE(child.stack_frames(finding.owner.stack), 2u);
  EXPECT_GE(child.stack_frames(finding.freed.stack), 2u);
}

TEST_P(Violations, WriteBeforeFreeIsSilent) {
  HeapChild child = run([] {
    void* block = heapstorm_allocate(200, 0);
    stray_write(block, 0, 0x42);
    stray_write(block, 199, 0x42);
    heapstorm_free(block);
    heapstorm_thread_retire();
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST_P(Violations, OverflowIsFoundAtItsFirstByte) {
  HeapChild child = run([] {
    for (std::size_t size : {0u, 1u, 15u, 16u, 17u, 100u}) {
      for (std::int64_t past : {0, 7, 15}) {
        void* block = heapstorm_allocate(size, 0);
        stray_flip(block, static_cast<std::int64_t>(size) + past);
        heapstorm_free(block);
      }
    }
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_EQ(child.control().violations, 18u);
  for (const auto& finding : child.findings()) EXPECT_EQ(finding.kind, HEAPSTORM_OVERFLOW);
}

TEST_P(Violations, UnderflowIsFound) {
  HeapChild child = run([] {
    void* block = heapstorm_allocate(64, 0);
    stray_flip(block, -1);
    heapstorm_free(block);
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_UNDERFLOW);
  EXPECT_EQ(finding.flags & HEAPSTORM_FINDING_HEADER_DAMAGED, 0u);
}

// Up to 24 bytes: the block's state is overwritten, its check is not.
TEST_P(Violations, LongerUnderflowsAreFoundToo) {
  HeapChild child = run([] {
    for (std::int64_t bytes = 1; bytes <= 24; ++bytes) {
      void* block = heapstorm_allocate(64, 0);
      for (std::int64_t at = -bytes; at < 0; ++at) stray_flip(block, at);
      heapstorm_free(block);
    }
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_EQ(child.control().violations, 24u);
  for (const auto& finding : child.findings()) EXPECT_EQ(finding.kind, HEAPSTORM_UNDERFLOW);
}

TEST_P(Violations, AFreedBlocksOverwrittenHeaderIsAWriteAfterFree) {
  HeapChild child = run([] {
    void* block = heapstorm_allocate(64, 0);
    heapstorm_free(block);
    for (std::int64_t at = -36; at < -28; ++at) stray_flip(block, at);
    heapstorm_thread_retire();
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_USE_AFTER_FREE);
  EXPECT_NE(finding.flags & HEAPSTORM_FINDING_HEADER_DAMAGED, 0u);
}

TEST_P(Violations, ABlockWithADamagedHeaderCannotBeHandedOver) {
  HeapChild child = run([] {
    void* block = heapstorm_allocate(64, 0);
    stray_flip(block, -38);
    if (heapstorm_transfer(block, heapstorm_heap_current()) != EINVAL) _exit(3);
  });
  ASSERT_TRUE(child.exited_cleanly());
}

TEST_P(Violations, OverwrittenHeaderIsFoundAndTheBlockLeftAlone) {
  HeapChild child = run([] {
    void* block = heapstorm_allocate(64, 0);
    for (std::int64_t at = -40; at < -24; ++at) stray_flip(block, at);
    heapstorm_free(block);
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_UNDERFLOW);
  EXPECT_NE(finding.flags & HEAPSTORM_FINDING_HEADER_DAMAGED, 0u);
}

TEST_P(Violations, FreeAfterTheOwnersExitNamesTheDeadThread) {
  HeapChild child = run([] {
    void* block = nullptr;
    on_thread("short-lived", [&] { block = heapstorm_allocate(64, heapstorm_name("left over")); });
    heapstorm_free(block);
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_OWNER_EXITED_FREE);
  EXPECT_NE(finding.flags & HEAPSTORM_FINDING_OWNER_EXITED, 0u);
  EXPECT_EQ(child.thread_name(finding.owner.thread), "short-lived");
  EXPECT_EQ(child.thread(finding.owner.thread).state, HEAPSTORM_THREAD_RETIRED);
}

TEST_P(Violations, TransferIsLegalAndLaterViolationsShowTheChain) {
  HeapChild child = run([] {
    void* block = heapstorm_allocate(64, 0);
    heapstorm_heap* reactor = heapstorm_heap_current();
    std::thread worker([&] {
      heapstorm_thread_register("worker");
      heapstorm_heap* own = heapstorm_heap_current();
      if (heapstorm_transfer(block, own) != EPERM) _exit(3);
    });
    worker.join();
    std::thread second([&] {
      heapstorm_thread_register("second");
      void* mine = heapstorm_allocate(32, 0);
      if (heapstorm_transfer(mine, reactor) != 0) _exit(4);
      block = mine;
    });
    second.join();
    heapstorm_free(block);  // Legal: it was given to us.
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());

  HeapChild stolen = run([] {
    void* block = nullptr;
    heapstorm_heap* reactor = heapstorm_heap_current();
    on_thread("maker", [&] {
      block = heapstorm_allocate(32, 0);
      heapstorm_transfer(block, reactor);
    });
    on_thread("thief", [&] { heapstorm_free(block); });
  });
  ASSERT_TRUE(stolen.exited_cleanly());
  heapstorm_box_finding finding = stolen.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_FOREIGN_FREE);
  EXPECT_EQ(stolen.thread_name(finding.owner.thread), "main");
  ASSERT_NE(finding.handoff, 0u);
  EXPECT_EQ(stolen.thread_name(stolen.handoff(finding.handoff).from), "maker");
}

#ifdef HEAPSTORM_ASAN
TEST_P(Violations, AddressSanitizersReportIsRecordedBesideOurs) {
  HeapChild child = run([] {
    auto* block = static_cast<volatile char*>(heapstorm_allocate(200, heapstorm_name("session")));
    heapstorm_free(const_cast<char*>(block));
    block[17] = 1;  // ASan stops here.
  });
  EXPECT_FALSE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_USE_AFTER_FREE);
  EXPECT_EQ(finding.damaged_at, 17u);
  EXPECT_EQ(child.name(finding.tag), "session");
  EXPECT_GE(child.stack_frames(finding.offender.stack), 2u);
}
#endif

}  // namespace
}  // namespace heapstorm::heap
