// How a few bytes from a fuzzer become a hostile black box of hundreds of megabytes: a list of small writes into a
// valid one, and where the view of it ends. All of it is taken back afterwards, so that a run costs microseconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "harness/findings/testing/box_builder.h"

namespace heapstorm {

// The start of an input.
struct BoxRecipe {
  std::uint8_t sample = 0;       // which box to start from, modulo 8
  std::uint8_t cut_section = 0;  // from 0xc0 on: the view ends `cut_at` bytes behind the start of this section
  std::uint16_t cut_at = 0;
  std::uint8_t ring = 0;  // whose events are asked for
  std::uint8_t unused[3] = {};
};
static_assert(sizeof(BoxRecipe) == 8);

// One write; the rest of an input is an array of these. Every value of every field means something.
struct BoxPatch {
  std::uint8_t section = 0;  // modulo; the number behind the last section is the header
  std::uint8_t entry = 0;    // 0 to 127 from the section's start, 128 to 255 from its end
  std::uint16_t offset = 0;  // in the entry, modulo its size
  std::uint8_t length = 0;   // modulo 9
  std::uint8_t repeat = 0;   // modulo 64: so many following entries get the same
  std::uint8_t sign = 0;     // odd, in the arena: make the block header's check right again
  std::uint8_t unused = 0;
  std::uint64_t value = 0;
};
static_assert(sizeof(BoxPatch) == 16);

constexpr std::uint8_t patch_sections = HEAPSTORM_SECTION_COUNT + 1;
constexpr std::uint8_t first_cut = 0xc0;
// Entries further than this from both ends of a section are never patched.
constexpr std::uint64_t max_patched_entries = 192;

// A sample box with patches and a cut in it, until it goes out of scope. Behind the view's last byte every access is
// caught: by AddressSanitizer on the last page, by the page table after that.
class PatchedBox {
 public:
  PatchedBox(BoxBuilder& sample, const BoxRecipe& recipe, std::span<const BoxPatch> patches);
  PatchedBox(const PatchedBox&) = delete;
  PatchedBox& operator=(const PatchedBox&) = delete;
  ~PatchedBox();

  std::span<const std::byte> view() const { return view_; }

 private:
  void apply(const BoxPatch& patch);
  void write(std::uint64_t offset, const void* bytes, std::uint64_t count);
  void sign_block(std::uint64_t offset);
  void cut(std::uint64_t size);
  std::uint64_t page_end() const;  // of the view's last page

  BoxBuilder& sample_;
  std::span<const std::byte> view_;
  std::vector<std::pair<std::uint64_t, std::byte>> overwritten_;
};

}  // namespace heapstorm
