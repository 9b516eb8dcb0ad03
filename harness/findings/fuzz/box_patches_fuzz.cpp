#include "harness/findings/fuzz/box_patches_fuzz.h"

#include <sanitizer/asan_interface.h>

#include <algorithm>
#include <cstring>

#include "harness/abi/black_box_layout.h"

namespace heapstorm {
namespace {

constexpr std::uint64_t arena_entry_bytes = 128;

std::uint64_t entry_bytes(std::uint8_t section) {
  static constexpr std::uint64_t bytes[patch_sections] = {sizeof(heapstorm_box_control),
                                                          sizeof(heapstorm_box_name),
                                                          sizeof(heapstorm_box_thread),
                                                          sizeof(heapstorm_box_module),
                                                          sizeof(std::uint32_t),
                                                          sizeof(std::uint64_t),
                                                          sizeof(std::uint32_t),
                                                          sizeof(heapstorm_box_finding),
                                                          sizeof(heapstorm_box_handoff),
                                                          sizeof(std::uint32_t),
                                                          sizeof(std::uint32_t),
                                                          sizeof(heapstorm_box_ring),
                                                          arena_entry_bytes,
                                                          sizeof(heapstorm_box_header)};
  return bytes[section];
}

struct Place {
  std::uint64_t start;
  std::uint64_t entries;
};

Place place_of(std::uint8_t section, const BoxBuilder& sample) {
  if (section == HEAPSTORM_SECTION_COUNT) return {0, 1};
  return {sample.offset_of(static_cast<heapstorm_box_section>(section)),
          heapstorm_box_section_bytes(section, BoxBuilder::arena_bytes) / entry_bytes(section)};
}

std::uint64_t entry_index(std::uint8_t entry, std::uint64_t entries) {
  if (entry < 128) return entry % entries;
  return entries - 1 - (entry - 128) % entries;
}

}  // namespace

PatchedBox::PatchedBox(BoxBuilder& sample, const BoxRecipe& recipe, std::span<const BoxPatch> patches)
    : sample_(sample), view_(sample.bytes()) {
  for (const BoxPatch& patch : patches) apply(patch);
  if (recipe.cut_section < first_cut) return;
  const auto section = static_cast<std::uint8_t>((recipe.cut_section - first_cut) % patch_sections);
  cut(std::min<std::uint64_t>(place_of(section, sample).start + recipe.cut_at, view_.size()));
}

PatchedBox::~PatchedBox() {
  if (view_.size() < sample_.bytes().size()) {
    sample_.unguard();
    ASAN_UNPOISON_MEMORY_REGION(view_.data() + view_.size(), page_end() - view_.size());
  }
  for (auto saved = overwritten_.rbegin(); saved != overwritten_.rend(); ++saved) {
    sample_.bytes()[saved->first] = saved->second;
  }
}

void PatchedBox::apply(const BoxPatch& patch) {
  const std::uint8_t section = patch.section % patch_sections;
  const Place place = place_of(section, sample_);
  const std::uint64_t bytes = entry_bytes(section);
  const std::uint64_t first = entry_index(patch.entry, place.entries);
  const std::uint64_t last = std::min<std::uint64_t>(first + patch.repeat % 64, place.entries - 1);
  const std::uint64_t offset = patch.offset % bytes;
  const std::uint64_t length = std::min<std::uint64_t>(patch.length % 9, bytes - offset);
  for (std::uint64_t entry = first; entry <= last; ++entry) {
    const std::uint64_t start = place.start + entry * bytes;
    write(start + offset, &patch.value, length);
    if (section == HEAPSTORM_SECTION_ARENA && patch.sign % 2 == 1) sign_block(start);
  }
}

void PatchedBox::write(std::uint64_t offset, const void* bytes, std::uint64_t count) {
  const std::span<std::byte> box = sample_.bytes();
  for (std::uint64_t i = 0; i < count; ++i) overwritten_.emplace_back(offset + i, box[offset + i]);
  std::memcpy(box.data() + offset, bytes, count);
}

// As if the block's own heap had written it: a hostile size then gets past the check.
void PatchedBox::sign_block(std::uint64_t offset) {
  heapstorm_block_header block;
  std::memcpy(&block, sample_.bytes().data() + offset, sizeof block);
  const std::uint64_t address = sample_.header().mapped_at + offset + sizeof block;
  block.check = heapstorm_block_check(sample_.header().check_key, address, block.size_and_tag, block.owner);
  block.state = static_cast<std::uint32_t>(HEAPSTORM_BLOCK_LIVE) << 24;
  write(offset, &block, sizeof block);
}

void PatchedBox::cut(std::uint64_t size) {
  view_ = sample_.guarded(size);
  ASAN_POISON_MEMORY_REGION(view_.data() + size, page_end() - size);
}

std::uint64_t PatchedBox::page_end() const {
  return (view_.size() + HEAPSTORM_BOX_PAGE - 1) / HEAPSTORM_BOX_PAGE * HEAPSTORM_BOX_PAGE;
}

}  // namespace heapstorm
