// What an allocate and free pair costs, next to bare mimalloc, in one process. tools/bench makes the table of it.
//
//   heap_bench --mode=owner_only|everything|malloc [Google Benchmark's options]
//
// A heap is started once in a process, so the modes are separate runs, each with its own bare baseline beside it;
// `malloc` is the process's own malloc, which in the asan build is ASan's. Blocks of 16 to 512 bytes, 256 of them live
// in each thread, freed in random order, 20 frames below main.
#include <benchmark/benchmark.h>
#include <mimalloc.h>

#include <array>
#include <cstring>
#include <string_view>

#include "harness/heap/heap.h"

namespace {

constexpr unsigned live_blocks = 256;
constexpr unsigned depth_frames = 20;

struct Lcg {  // Its cost is the same in every row and a small part of it.
  std::uint32_t state = 1;
  std::uint32_t next() { return (state = state * 1664525u + 1013904223u) >> 8; }
};

template <typename Allocate, typename Free>
void run_pairs(benchmark::State& state, Allocate allocate, Free release) {
  std::array<void*, live_blocks> live{};
  Lcg random;
  for (auto& block : live) block = allocate(16 + random.next() % 497);
  for (auto _ : state) {
    std::uint32_t draw = random.next();
    void*& block = live[draw % live_blocks];
    release(block);
    block = allocate(16 + (draw >> 8) % 497);
    benchmark::DoNotOptimize(block);
  }
  for (void* block : live) release(block);
}

// Frames for the stacks to have: a real server allocates far below main.
template <typename Body>
[[gnu::noinline]] void descend(unsigned frames, Body& body) {
  if (frames == 0) {
    body();
  } else {
    descend(frames - 1, body);
  }
  asm volatile("");  // No tail call.
}

template <typename Allocate, typename Free>
void run_deep(benchmark::State& state, Allocate allocate, Free release) {
  auto body = [&] { run_pairs(state, allocate, release); };
  descend(depth_frames, body);
}

void bare_mimalloc(benchmark::State& state) {
  mi_heap_t* heap = mi_heap_new();
  run_deep(
      state, [heap](std::size_t bytes) { return mi_heap_malloc(heap, bytes); }, [](void* block) { mi_free(block); });
  mi_heap_delete(heap);
}

void owner_heap(benchmark::State& state) {
  heapstorm_context(7, HEAPSTORM_ACTION(HEAPSTORM_ACTION_MESSAGE, 1), 0);
  run_deep(
      state, [](std::size_t bytes) { return heapstorm_allocate(bytes, 1); },
      [](void* block) { heapstorm_free(block); });
}

void process_malloc(benchmark::State& state) {
  run_deep(state, [](std::size_t bytes) { return std::malloc(bytes); }, [](void* block) { std::free(block); });
}

heapstorm_heap_options options_of(std::string_view mode) {
  heapstorm_heap_options options = heapstorm_heap_defaults();
  if (mode == "everything") return options;
  options.stacks = 0;
  options.canaries = 0;
  options.quarantine_bytes = 0;
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view mode = "everything";
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]).starts_with("--mode=")) mode = argv[i] + 7;
  }
  if (mode == "malloc") {
    benchmark::RegisterBenchmark("malloc", process_malloc)->UseRealTime();
  } else {
    heapstorm_heap_options options = options_of(mode);
    if (heapstorm_heap_start(&options) != 0) return 1;
    for (int threads : {1, 2}) {
      benchmark::RegisterBenchmark("bare_mimalloc", bare_mimalloc)->Threads(threads)->UseRealTime();
      benchmark::RegisterBenchmark("owner_heap", owner_heap)->Threads(threads)->UseRealTime();
    }
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
