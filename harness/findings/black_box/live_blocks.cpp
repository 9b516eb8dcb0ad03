// BlackBoxReader's live blocks: a scan of the arena for block headers, since the target can corrupt mimalloc's lists.
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "harness/findings/black_box_reader.h"

namespace heapstorm {
namespace {

constexpr std::uint64_t block_alignment = 16;
constexpr std::size_t max_groups = 65536;
constexpr std::uint32_t steps_per_clock_look = 4096;

struct Tally {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
};

using TagAndOwner = std::pair<std::uint16_t, std::uint32_t>;

// One scan: what it reads, what it found, and when it must stop.
struct Scan {
  const SharedBytes& bytes;
  const heapstorm_box_header& header;
  std::uint64_t end;  // of the arena, as far as the view goes
  std::chrono::steady_clock::time_point deadline;
  std::map<TagAndOwner, Tally> tallies;
  bool complete = true;
  std::uint32_t steps = 0;

  bool out_of_time() {
    if (++steps % steps_per_clock_look != 0) return false;
    if (std::chrono::steady_clock::now() < deadline) return false;
    complete = false;
    return true;
  }
};

// The size of the live block whose header is at `offset`, once its keyed check holds; the tally is counted up.
std::optional<std::uint64_t> count_block(Scan& scan, std::uint64_t offset) {
  const std::uint64_t state_word = scan.bytes.word_unchecked(offset + offsetof(heapstorm_block_header, state));
  if ((static_cast<std::uint32_t>(state_word) >> 24) != HEAPSTORM_BLOCK_LIVE) return std::nullopt;
  const auto header = scan.bytes.copy<heapstorm_block_header>(offset);
  const std::uint64_t address = scan.header.mapped_at + offset + sizeof(heapstorm_block_header);
  if (!header || header->state >> 24 != HEAPSTORM_BLOCK_LIVE ||
      header->check != heapstorm_block_check(scan.header.check_key, address, header->size_and_tag, header->owner)) {
    return std::nullopt;
  }
  const std::uint64_t size = header->size_and_tag >> 16;
  if (size > scan.end - offset - sizeof(heapstorm_block_header)) return std::nullopt;
  const TagAndOwner key(static_cast<std::uint16_t>(header->size_and_tag), header->owner);
  const auto found = scan.tallies.find(key);
  if (found == scan.tallies.end() && scan.tallies.size() == max_groups) {
    scan.complete = false;
    return size;
  }
  Tally& tally = scan.tallies[key];
  tally.count += 1;
  tally.bytes += size;
  return size;
}

// Returns false when time is up. A verified block is stepped over: nothing inside it can be a block.
bool scan_range(Scan& scan, std::uint64_t begin, std::uint64_t end) {
  std::uint64_t offset = (begin + block_alignment - 1) / block_alignment * block_alignment;
  while (offset < end && end - offset >= sizeof(heapstorm_block_header)) {
    if (scan.out_of_time()) return false;
    const auto size = count_block(scan, offset);
    std::uint64_t step = block_alignment;
    if (size) step = sizeof(heapstorm_block_header) + (*size + block_alignment - 1) / block_alignment * block_alignment;
    if (step > end - offset) break;
    offset += step;
  }
  return true;
}

// A header may straddle two extents that touch; holes are multiples of a page, so no header straddles a hole.
std::vector<DataExtent> joined(std::span<const DataExtent> extents, std::uint64_t begin, std::uint64_t end) {
  std::vector<DataExtent> joined;
  for (const DataExtent& extent : extents) {
    const std::uint64_t from = std::max(begin, extent.offset);
    const std::uint64_t to =
        extent.offset + std::min(extent.bytes, std::numeric_limits<std::uint64_t>::max() - extent.offset);
    if (from >= std::min(to, end)) continue;
    if (!joined.empty() && joined.back().offset + joined.back().bytes == from) {
      joined.back().bytes += std::min(to, end) - from;
    } else {
      joined.push_back({from, std::min(to, end) - from});
    }
  }
  return joined;
}

}  // namespace

LiveBlocks BlackBoxReader::live_blocks(std::span<const DataExtent> extents, std::chrono::milliseconds budget) const {
  const heapstorm_box_section_entry& arena = sections_[HEAPSTORM_SECTION_ARENA];
  const std::uint64_t end = std::min(bytes_.size(), arena.offset + arena.bytes);
  Scan scan{bytes_, header_, end, std::chrono::steady_clock::now() + budget, {}};
  for (const DataExtent& extent : joined(extents, arena.offset, end)) {
    if (!scan_range(scan, extent.offset, extent.offset + extent.bytes)) break;
  }
  LiveBlocks blocks;
  blocks.complete = scan.complete;
  for (const auto& [key, tally] : scan.tallies) {
    const auto owner = thread(key.second);
    blocks.groups.push_back(
        {name(key.first).value_or(""), key.second, owner ? owner->name : "", tally.count, tally.bytes});
  }
  std::sort(blocks.groups.begin(), blocks.groups.end(), [](const LiveBlockGroup& left, const LiveBlockGroup& right) {
    return std::tie(right.bytes, left.tag, left.owner) < std::tie(left.bytes, right.tag, right.owner);
  });
  return blocks;
}

}  // namespace heapstorm
