// The three flavours' annotations, as nothing in `plain`.
//
// asan: memory outside live blocks (headers, tails, quarantine) is poisoned, so that ASan stops at a bad access with
// its own
//   report. The heap itself is compiled without ASan (see CMakeLists.txt), as ASan's own allocator is.
// tsan: mimalloc is not instrumented, so a block that comes back to another thread would look like a race with its
// former
//   life. TSan's interface for managed heaps tells it where a block's life begins and ends, and also makes its reports
//   say which thread allocated the block.
#pragma once

#include <cstddef>
#include <cstdint>

// HEAPSTORM_ASAN and HEAPSTORM_TSAN are set for these flavours by ci/cmake/components.cmake.
#ifdef HEAPSTORM_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#endif

// For functions that read and write guard bytes of blocks which other threads may be misusing at this moment.
#ifdef HEAPSTORM_TSAN
#define HEAPSTORM_TOUCHES_BLOCKS __attribute__((no_sanitize("thread")))
#else
#define HEAPSTORM_TOUCHES_BLOCKS
#endif

#ifdef HEAPSTORM_TSAN
extern "C" {
void __tsan_java_init(unsigned long heap_begin, unsigned long heap_bytes);
void __tsan_java_alloc(unsigned long block, unsigned long bytes);
void __tsan_java_free(unsigned long block, unsigned long bytes);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreSyncBegin(const char* file, int line);
void AnnotateIgnoreSyncEnd(const char* file, int line);
}
#endif

namespace heapstorm::heap {

inline void poison([[maybe_unused]] const void* begin, [[maybe_unused]] std::size_t bytes) {
#ifdef HEAPSTORM_ASAN
  __asan_poison_memory_region(begin, bytes);
#endif
}

inline void unpoison([[maybe_unused]] const void* begin, [[maybe_unused]] std::size_t bytes) {
#ifdef HEAPSTORM_ASAN
  __asan_unpoison_memory_region(begin, bytes);
#endif
}

// The arena, once, before its first block.
inline void announce_arena([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t bytes) {
#ifdef HEAPSTORM_TSAN
  __tsan_java_init(reinterpret_cast<unsigned long>(begin), bytes);
#endif
}

// An allocation in the arena begins or ends its life. `begin` is aligned to 16.
inline void announce_birth([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t bytes) {
#ifdef HEAPSTORM_TSAN
  __tsan_java_alloc(reinterpret_cast<unsigned long>(begin), (bytes + 7) / 8 * 8);
#endif
}

inline void announce_death([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t bytes) {
#ifdef HEAPSTORM_TSAN
  __tsan_java_free(reinterpret_cast<unsigned long>(begin), (bytes + 7) / 8 * 8);
#endif
}

// While it lives, TSan does not look at what this thread writes. For calls into mimalloc: it orders the threads that
// have the same segment one after another by atomics that TSan does not see, and clears the segment's head by memset,
// which TSan does see.
class UnseenByTsan {
 public:
#ifdef HEAPSTORM_TSAN
  UnseenByTsan() { AnnotateIgnoreWritesBegin(__FILE__, __LINE__); }
  ~UnseenByTsan() { AnnotateIgnoreWritesEnd(__FILE__, __LINE__); }
#else
  UnseenByTsan() {}  // user-provided: the object is not "unused"
#endif
  UnseenByTsan(const UnseenByTsan&) = delete;
  UnseenByTsan& operator=(const UnseenByTsan&) = delete;
};

// While it lives, what this thread allocates is no leak. For a thread that first comes to the heap when its
// thread-local variables have been destroyed: what libc registers a destructor with is then never given back.
class UnseenByLeakSanitizer {
 public:
#ifdef HEAPSTORM_ASAN
  UnseenByLeakSanitizer() { __lsan_disable(); }
  ~UnseenByLeakSanitizer() { __lsan_enable(); }
#else
  UnseenByLeakSanitizer() {}  // user-provided: the object is not "unused"
#endif
  UnseenByLeakSanitizer(const UnseenByLeakSanitizer&) = delete;
  UnseenByLeakSanitizer& operator=(const UnseenByLeakSanitizer&) = delete;
};

// While it lives, TSan sees nothing that this thread does: neither what it reads and writes nor what it waits for. For
// a lock of the heap's own, by which threads of the program must not appear to be ordered.
class HiddenFromTsan {
 public:
#ifdef HEAPSTORM_TSAN
  HiddenFromTsan() {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    AnnotateIgnoreSyncBegin(__FILE__, __LINE__);
  }
  ~HiddenFromTsan() {
    AnnotateIgnoreSyncEnd(__FILE__, __LINE__);
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
#else
  HiddenFromTsan() {}  // user-provided: the object is not "unused"
#endif
  HiddenFromTsan(const HiddenFromTsan&) = delete;
  HiddenFromTsan& operator=(const HiddenFromTsan&) = delete;
};

}  // namespace heapstorm::heap
