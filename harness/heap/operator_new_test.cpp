// A whole program, GoogleTest included, whose `new` and `delete` are the owner heap's.
#include "harness/heap/operator_new.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "harness/heap/testing/heap_child.h"

namespace heapstorm::heap {
namespace {

std::vector<std::string> made_before_main(3, "a text that is too long to be kept inside of the object");

heapstorm_heap_options mimalloc_options() {
  return test_options(HEAPSTORM_BACKEND_MIMALLOC);
}

void must(bool condition) {
  if (!condition) _exit(1);
}

template <typename Body>
void on_thread(const char* name, Body body) {
  auto start = [&] {
    SharedNew shared;
    return std::thread([&] {
      heapstorm_thread_register(name);
      body();
      heapstorm_thread_retire();
    });
  };
  start().join();
}

// The compilers see these mistakes too; they are not to.
void delete_unseen(void* block) {
  asm("" : "+r"(block));
  ::operator delete(block);
}

const std::string& long_text() {
  static const std::string text(45, 'x');
  return text;
}

TEST(OperatorNew, StringOfOneThreadDeletedByAnotherIsAForeignFree) {
  HeapChild child(mimalloc_options(), [] {
    std::string* text = nullptr;
    on_thread("a", [&] {
      text = new std::string(long_text());
      on_thread("b", [&] { std::string dies_here(std::move(*text)); });
      delete text;  // The object itself is still a's.
    });
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_FOREIGN_FREE);
  EXPECT_EQ(finding.block_bytes, 46u);
  EXPECT_EQ(child.name(finding.tag), "operator new");
  EXPECT_EQ(child.thread_name(finding.owner.thread), "a");
  EXPECT_EQ(child.thread_name(finding.offender.thread), "b");
}

TEST(OperatorNew, StringsDeletedByTheirOwnThreadAreSilent) {
  HeapChild child(mimalloc_options(), [] {
    for (int i = 0; i < 2; ++i) {
      on_thread("worker", [] {
        auto texts = std::make_unique<std::vector<std::string>>(100, long_text());
        texts->emplace_back(long_text());
      });
    }
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
  EXPECT_GE(child.thread(2).allocations, 100u);  // They did come from the owner heap.
}

TEST(OperatorNew, WhatWasMadeBeforeTheStartMayBeChangedAndDeletedByAnyThread) {
  HeapChild child(mimalloc_options(), [] {
    for (int i = 0; i < 100; ++i) made_before_main.push_back(long_text());  // Deletes a block from before main.
    made_before_main.resize(3);
    std::string from_before = std::move(made_before_main[0]);
    on_thread("other", [&] { std::string dies_here(std::move(from_before)); });
    must(made_before_main[2] == "a text that is too long to be kept inside of the object");
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST(OperatorNew, SecondDeleteIsADoubleFreeAndInteriorDeleteAnInvalidFree) {
  HeapChild child(mimalloc_options(), [] {
    void* block = ::operator new(100);
    delete_unseen(static_cast<char*>(block) + 16);
    delete_unseen(block);
    delete_unseen(block);
  });
  ASSERT_TRUE(child.exited_cleanly());
  auto findings = child.findings();
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].kind, HEAPSTORM_INVALID_FREE);
  EXPECT_TRUE(findings[0].flags & HEAPSTORM_FINDING_INTERIOR);
  EXPECT_EQ(findings[1].kind, HEAPSTORM_DOUBLE_FREE);
}

TEST(OperatorNew, EveryFormComesFromTheHeapAndGoesBackToIt) {
  HeapChild child(mimalloc_options(), [] {
    constexpr auto wide = std::align_val_t{512};
    auto of_heap = [](void* block, std::size_t alignment) {
      must(reinterpret_cast<std::uintptr_t>(block) % alignment == 0 && heapstorm_usable_size(block) == 40);
      return block;
    };
    ::operator delete(of_heap(::operator new(40), 16));
    ::operator delete(of_heap(::operator new(40), 16), std::size_t{40});
    ::operator delete(of_heap(::operator new(40, std::nothrow), 16), std::nothrow);
    ::operator delete[](of_heap(::operator new[](40), 16));
    ::operator delete[](of_heap(::operator new[](40), 16), std::size_t{40});
    ::operator delete[](of_heap(::operator new[](40, std::nothrow), 16), std::nothrow);
    ::operator delete(of_heap(::operator new(40, wide), 512), wide);
    ::operator delete(of_heap(::operator new(40, wide), 512), std::size_t{40}, wide);
    ::operator delete(of_heap(::operator new(40, wide, std::nothrow), 512), wide, std::nothrow);
    ::operator delete[](of_heap(::operator new[](40, wide), 512), wide);
    ::operator delete[](of_heap(::operator new[](40, wide), 512), std::size_t{40}, wide);
    ::operator delete[](of_heap(::operator new[](40, wide, std::nothrow), 512), wide, std::nothrow);
    ::operator delete(nullptr);
    ::operator delete(::operator new(0));
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST(OperatorNew, InASharedScopeBlocksBelongToNobody) {
  HeapChild child(mimalloc_options(), [] {
    void* block = nullptr;
    {
      SharedNew shared;
      block = ::operator new(40);
    }
    must(heapstorm_usable_size(block) == 0);
    on_thread("other", [&] { ::operator delete(block); });
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST(OperatorNew, BlocksOfNobodyAreAlignedAsAskedFor) {
  HeapChild child(mimalloc_options(), [] {
    for (const std::size_t alignment : {std::size_t{1}, std::size_t{4}, std::size_t{64}, std::size_t{4096}}) {
      SharedNew shared;
      void* block = ::operator new(40, std::align_val_t{alignment});
      must(reinterpret_cast<std::uintptr_t>(block) % alignment == 0 && heapstorm_usable_size(block) == 0);
      ::operator delete(block, std::align_val_t{alignment});
      ::operator delete(::operator new(0, std::align_val_t{alignment}), std::align_val_t{alignment});
    }
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST(OperatorNew, AnInjectedFailureThrowsOrIsNull) {
  heapstorm_heap_options options = mimalloc_options();
  options.fail_probability = 65536;
  HeapChild child(options, [] {
    must(::operator new(40, std::nothrow) == nullptr);
    bool thrown = false;
    try {
      ::operator delete(::operator new(40));
    } catch (const std::bad_alloc&) {
      thrown = true;
    }
    must(thrown);
  });
  EXPECT_TRUE(child.exited_cleanly());
}

TEST(OperatorNew, WithTheSystemBackendNewIsMalloc) {
  HeapChild child(test_options(HEAPSTORM_BACKEND_SYSTEM), [] {
    void* block = heapstorm_allocate(10, 0);  // Its registry uses `new` under a lock.
    auto text = std::make_unique<std::string>(long_text());
    on_thread("other", [&] { text.reset(); });
    heapstorm_free(block);
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

}  // namespace
}  // namespace heapstorm::heap
