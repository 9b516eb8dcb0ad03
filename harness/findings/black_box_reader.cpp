#include "harness/findings/black_box_reader.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "harness/abi/black_box_layout.h"
#include "harness/base/utf8.h"

namespace heapstorm {
namespace {

constexpr std::uint64_t nowhere = std::numeric_limits<std::uint64_t>::max() - 7;
// Ids are handed out in order, so a long run of unpublished entries means that the counter is wrong.
constexpr std::uint32_t max_unpublished_threads = 4096;
constexpr std::size_t max_handoffs = 64;

// The text of a fixed field whose length came from the box; nothing if the length does not fit.
template <std::size_t N>
std::optional<std::string> field_text(const char (&field)[N], std::uint32_t length) {
  if (length > N) return std::nullopt;
  return valid_utf8(std::string_view(field, length));
}

bool is_registered(std::uint32_t thread_state) {
  return thread_state == HEAPSTORM_THREAD_ALIVE || thread_state == HEAPSTORM_THREAD_RETIRED;
}

bool plausible_arena(std::uint64_t bytes) {
  return bytes != 0 && bytes <= (1ull << 47);
}

bool same_sections(const heapstorm_box_section_entry* left, const heapstorm_box_section_entry* right) {
  return std::memcmp(left, right, sizeof(heapstorm_box_section_entry) * HEAPSTORM_SECTION_COUNT) == 0;
}

}  // namespace

BlackBoxReader::BlackBoxReader(std::span<const std::byte> box) : bytes_(box) {
  header_ = bytes_.copy<heapstorm_box_header>(0).value_or(heapstorm_box_header{});
  // The box's own size only bounds the arena; reads are bounded by the view anyway.
  std::uint64_t arena_bytes = heapstorm_box_arena_bytes(header_.box_bytes);
  if (!plausible_arena(arena_bytes)) arena_bytes = heapstorm_box_arena_bytes(bytes_.size());
  heapstorm_box_layout(arena_bytes, sections_);
  check_header();
}

void BlackBoxReader::check_header() {
  if (bytes_.size() < sizeof(heapstorm_box_header)) {
    damage_.push_back("the black box is shorter than its header");
    return;
  }
  if (header_.magic == 0) {
    damage_.push_back("the black box was never written");
    return;
  }
  if (header_.magic != HEAPSTORM_BOX_MAGIC) damage_.push_back("the black box's magic number is wrong");
  if (header_.version != HEAPSTORM_BOX_VERSION) damage_.push_back("the black box's version is wrong");
  if (header_.header_bytes != sizeof(heapstorm_box_header)) damage_.push_back("the black box's header size is wrong");
  if (!plausible_arena(heapstorm_box_arena_bytes(header_.box_bytes)))
    damage_.push_back("the black box's size is wrong");
  if (header_.box_bytes > bytes_.size()) damage_.push_back("the black box is cut off");
  if (!same_sections(header_.sections, sections_)) damage_.push_back("the black box's section table is wrong");
}

std::uint64_t BlackBoxReader::entry_offset(heapstorm_box_section section, std::uint64_t index,
                                           std::uint64_t entry_bytes) const {
  if (index >= sections_[section].bytes / entry_bytes) return nowhere;
  return sections_[section].offset + index * entry_bytes;
}

heapstorm_box_control BlackBoxReader::control() const {
  return bytes_.copy<heapstorm_box_control>(sections_[HEAPSTORM_SECTION_CONTROL].offset)
      .value_or(heapstorm_box_control{});
}

heapstorm_box_connections BlackBoxReader::connections() const {
  return bytes_.copy<heapstorm_box_connections>(sections_[HEAPSTORM_SECTION_CONNECTIONS].offset)
      .value_or(heapstorm_box_connections{});
}

std::optional<std::string> BlackBoxReader::name(std::uint32_t id) const {
  if (id == 0) return std::string();
  const std::uint64_t offset = entry_offset(HEAPSTORM_SECTION_NAMES, id, sizeof(heapstorm_box_name));
  bytes_.acquire(offset + offsetof(heapstorm_box_name, length));
  const auto entry = bytes_.copy<heapstorm_box_name>(offset);
  if (!entry || entry->length == 0) return std::nullopt;
  return field_text(entry->text, entry->length);
}

std::optional<ThreadInfo> BlackBoxReader::thread(std::uint32_t id) const {
  if (id == 0) return std::nullopt;
  const std::uint64_t offset = entry_offset(HEAPSTORM_SECTION_THREADS, id, sizeof(heapstorm_box_thread));
  if (!is_registered(bytes_.acquire(offset + offsetof(heapstorm_box_thread, state)))) return std::nullopt;
  const auto entry = bytes_.copy<heapstorm_box_thread>(offset);
  if (!entry || !is_registered(entry->state)) return std::nullopt;
  auto name = field_text(entry->name, entry->name_length);
  if (!name) return std::nullopt;
  ThreadInfo info;
  info.id = id;
  info.name = std::move(*name);
  info.tid = entry->tid;
  info.slot = entry->slot;
  info.generation = entry->generation;
  info.birth_ms = entry->birth_ms;
  info.exited = entry->state == HEAPSTORM_THREAD_RETIRED;
  info.death_ms = info.exited ? entry->death_ms : 0;
  info.allocations = entry->allocations;
  info.frees = entry->frees;
  info.live_blocks_at_exit = entry->live_blocks_at_exit;
  info.live_bytes_at_exit = entry->live_bytes_at_exit;
  return info;
}

std::vector<ThreadInfo> BlackBoxReader::threads(std::size_t limit) const {
  std::vector<ThreadInfo> threads;
  std::uint32_t unpublished = 0;
  for (std::uint32_t id = 1; id < HEAPSTORM_THREADS && threads.size() < limit; ++id) {
    const std::uint64_t offset = sections_[HEAPSTORM_SECTION_THREADS].offset + id * sizeof(heapstorm_box_thread);
    const bool there = is_registered(bytes_.acquire(offset + offsetof(heapstorm_box_thread, state)));
    if (auto info = there ? thread(id) : std::nullopt) {
      threads.push_back(std::move(*info));
      unpublished = 0;
    } else if (++unpublished == max_unpublished_threads) {
      break;
    }
  }
  return threads;
}

std::vector<ModuleInfo> BlackBoxReader::modules() const {
  std::vector<ModuleInfo> modules;
  for (std::uint32_t i = 0; i < HEAPSTORM_MODULES; ++i) {
    const std::uint64_t offset = entry_offset(HEAPSTORM_SECTION_MODULES, i, sizeof(heapstorm_box_module));
    if (bytes_.acquire(offset + offsetof(heapstorm_box_module, path_length)) == 0) continue;
    const auto entry = bytes_.copy<heapstorm_box_module>(offset);
    if (!entry || entry->path_length == 0 || entry->begin >= entry->end) continue;
    auto path = field_text(entry->path, entry->path_length);
    if (path) modules.push_back({entry->begin, entry->end, entry->load_bias, std::move(*path)});
  }
  return modules;
}

std::optional<std::vector<std::uint64_t>> BlackBoxReader::stack(std::uint32_t id) const {
  if (id == 0) return std::vector<std::uint64_t>();
  const std::uint64_t offset = entry_offset(HEAPSTORM_SECTION_STACKS, id, sizeof(std::uint64_t));
  bytes_.acquire(offset);
  const auto length_word = bytes_.copy<std::uint64_t>(offset);
  if (!length_word) return std::nullopt;
  const std::uint64_t length = *length_word & 0xff;  // the writer keeps a hash above
  if (length == 0 || length > HEAPSTORM_STACK_FRAMES) return std::nullopt;
  std::vector<std::uint64_t> frames;
  for (std::uint64_t i = 1; i <= length; ++i) {
    const auto frame =
        bytes_.copy<std::uint64_t>(entry_offset(HEAPSTORM_SECTION_STACKS, id + i, sizeof(std::uint64_t)));
    if (!frame) return std::nullopt;
    frames.push_back(*frame);
  }
  return frames;
}

HandoffChain BlackBoxReader::handoffs(std::uint32_t newest) const {
  HandoffChain chain;
  std::uint32_t id = newest;
  while (id != 0 && chain.handoffs.size() < max_handoffs) {
    const std::uint64_t offset = entry_offset(HEAPSTORM_SECTION_HANDOFFS, id, sizeof(heapstorm_box_handoff));
    bytes_.acquire(offset + offsetof(heapstorm_box_handoff, to));
    const auto entry = bytes_.copy<heapstorm_box_handoff>(offset);
    // Entries are handed out in order, so a link that does not go back in time is damage, and every cycle has one.
    if (!entry || entry->to == 0 || entry->previous >= id) {
      chain.damaged = true;
      break;
    }
    chain.handoffs.push_back({entry->from, entry->to, entry->at_ms, entry->stack});
    id = entry->previous;
  }
  std::reverse(chain.handoffs.begin(), chain.handoffs.end());
  return chain;
}

std::vector<std::vector<std::uint32_t>> BlackBoxReader::pairs() const {
  std::vector<std::vector<std::uint32_t>> pairs(HEAPSTORM_PAIR_SIDE, std::vector<std::uint32_t>(HEAPSTORM_PAIR_SIDE));
  for (std::uint64_t cell = 0; cell < HEAPSTORM_PAIR_SIDE * HEAPSTORM_PAIR_SIDE; cell += 2) {
    const auto two = bytes_.copy<std::uint64_t>(entry_offset(HEAPSTORM_SECTION_PAIRS, cell / 2, sizeof(std::uint64_t)));
    if (!two) break;
    auto& row = pairs[cell / HEAPSTORM_PAIR_SIDE];
    const std::uint64_t column = cell % HEAPSTORM_PAIR_SIDE;
    row[column] = static_cast<std::uint32_t>(*two);
    row[column + 1] = static_cast<std::uint32_t>(*two >> 32);
  }
  return pairs;
}

}  // namespace heapstorm
