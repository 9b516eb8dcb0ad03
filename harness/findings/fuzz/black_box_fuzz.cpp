// Fuzzes the reader of black boxes. An input is a recipe and patches: see box_patches_fuzz.h.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <vector>

#include "harness/base/prng.h"
#include "harness/findings/fuzz/box_patches_fuzz.h"
#include "harness/findings/fuzz/invariants_fuzz.h"
#include "harness/findings/testing/box_samples.h"

namespace heapstorm {
namespace {

constexpr std::size_t max_patches = 32;

struct Samples {
  BoxBuilder typical;
  BoxBuilder empty;
  BoxBuilder rich;
  Samples() {
    fill_typical_box(typical);
    fill_rich_box(rich);
  }
  // A run over the rich one takes four times as long as one over the typical one.
  BoxBuilder& pick(std::uint8_t number) {
    if (number % 8 == 7) return rich;
    return number % 8 == 6 ? empty : typical;
  }
};

// Made once: each is hundreds of megabytes of address range. Every run leaves them as it found them.
Samples& samples() {
  static const auto samples = std::make_unique<Samples>();
  return *samples;
}

struct Input {
  BoxRecipe recipe;
  std::vector<BoxPatch> patches;
};

Input decode(std::span<const std::uint8_t> bytes) {
  Input input;
  const std::size_t head = std::min(bytes.size(), sizeof input.recipe);
  if (head != 0) std::memcpy(&input.recipe, bytes.data(), head);
  bytes = bytes.subspan(head);
  input.patches.resize(std::min(bytes.size() / sizeof(BoxPatch), max_patches));
  if (!input.patches.empty()) {
    std::memcpy(input.patches.data(), bytes.data(), input.patches.size() * sizeof(BoxPatch));
  }
  return input;
}

std::uint64_t tempting_value(Prng& random) {
  static constexpr std::uint64_t values[] = {0,
                                             1,
                                             2,
                                             16,
                                             17,
                                             60,
                                             61,
                                             228,
                                             229,
                                             0x7fffffff,
                                             0xffffffff,
                                             ~0ull,
                                             1ull << 47,
                                             1ull << 63,
                                             HEAPSTORM_NAMES - 1,
                                             HEAPSTORM_NAMES,
                                             HEAPSTORM_THREADS - 1,
                                             HEAPSTORM_THREADS,
                                             HEAPSTORM_STACK_WORDS - 1,
                                             HEAPSTORM_STACK_WORDS,
                                             HEAPSTORM_HANDOFFS - 1,
                                             HEAPSTORM_HANDOFFS,
                                             HEAPSTORM_FINDING_PUBLISHED,
                                             HEAPSTORM_BLOCK_QUARANTINED};
  if (random.below(4) == 0) return random.next();
  return values[random.below(std::size(values))];
}

// A write of one field, near where the samples have something.
BoxPatch sensible_patch(Prng& random) {
  BoxPatch patch;
  patch.section =
      static_cast<std::uint8_t>(random.below(2) == 0 ? HEAPSTORM_SECTION_FINDINGS : random.below(patch_sections));
  patch.entry = static_cast<std::uint8_t>(random.below(16) == 0 ? 255 - random.below(128) : random.below(16));
  patch.offset = static_cast<std::uint16_t>(4 * random.below(64));
  patch.length = static_cast<std::uint8_t>(1u << random.below(4));
  patch.repeat = static_cast<std::uint8_t>(random.below(16) == 0 ? random.below(64) : 0);
  patch.sign = static_cast<std::uint8_t>(random.below(2));
  patch.value = tempting_value(random);
  return patch;
}

// Adds a patch, or puts it in place of another one. Returns the new size of `bytes`.
std::size_t add_patch(std::span<std::uint8_t> bytes, std::size_t size, Prng& random) {
  const BoxPatch patch = sensible_patch(random);
  if (size < sizeof(BoxRecipe)) {
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(size), bytes.begin() + sizeof(BoxRecipe), std::uint8_t{0});
    size = sizeof(BoxRecipe);
    bytes[offsetof(BoxRecipe, sample)] = static_cast<std::uint8_t>(random.next());
    bytes[offsetof(BoxRecipe, ring)] = static_cast<std::uint8_t>(random.below(wrapped_ring + 1));
    if (random.below(8) == 0) {
      bytes[offsetof(BoxRecipe, cut_section)] = static_cast<std::uint8_t>(first_cut + random.below(patch_sections));
    }
  }
  const std::size_t patches = (size - sizeof(BoxRecipe)) / sizeof(BoxPatch);
  const bool full = sizeof(BoxRecipe) + (patches + 1) * sizeof(BoxPatch) > bytes.size();
  if (full && patches == 0) return size;
  const std::size_t at = full ? random.below(patches) : random.below(patches + 1);
  const std::size_t offset = sizeof(BoxRecipe) + at * sizeof(BoxPatch);
  std::memcpy(bytes.data() + offset, &patch, sizeof patch);
  return std::max(size, offset + sizeof patch);
}

}  // namespace
}  // namespace heapstorm

// A run makes and frees thousands of short strings: without these, most of the time goes into remembering where.
// ASAN_OPTIONS overrides them, for the one input that needs more to be understood.
extern "C" const char* __asan_default_options() {
  return "quarantine_size_mb=1:malloc_context_size=0:detect_stack_use_after_return=0";
}

// libFuzzer's names.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heapstorm;
  const Input input = decode({data, size});
  const PatchedBox box(samples().pick(input.recipe.sample), input.recipe, input.patches);
  check_box(box.view(), input.recipe.ring);
  return 0;
}

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned int seed) {
  heapstorm::Prng random(seed);
  if (max_size < sizeof(heapstorm::BoxRecipe) || random.below(3) == 0) return LLVMFuzzerMutate(data, size, max_size);
  return heapstorm::add_patch({data, max_size}, size, random);
}
