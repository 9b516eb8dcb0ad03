// BlackBoxReader: what a target left in its black box, as plain values.
//
// Reads a view of the mapping while the target lives or after it died, and trusts nothing in it: the target corrupts
// memory on purpose and the mapping lies in its address space. Whatever the bytes are, the reader does not crash, hang,
// or read outside the view, and its time and memory are bounded by the layout's constants. What does not make sense is
// marked damaged or left out.
//
//   BlackBoxReader box(mapping);
//   for (const RawFinding& finding : box.findings()) ...
//
// It borrows the view, keeps no state but the header's copy, and may be used from several threads. Each call looks at
// the box anew. The view may be shorter than the box (its arena cut off, say); what is missing reads as not there.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/abi/black_box.h"
#include "harness/files/data_extents.h"
#include "harness/findings/black_box/shared_bytes.h"

namespace heapstorm {

struct ThreadInfo {
  std::uint32_t id = 0;
  std::string name;
  std::uint32_t tid = 0;
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  std::uint64_t birth_ms = 0;
  std::uint64_t death_ms = 0;  // 0 while it lives
  bool exited = false;
  std::uint64_t allocations = 0;
  std::uint64_t frees = 0;
  std::uint64_t live_blocks_at_exit = 0;
  std::uint64_t live_bytes_at_exit = 0;
};

struct ModuleInfo {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t load_bias = 0;  // address in the file = address in memory - load_bias
  std::string path;
};

// A violation as recorded. `damage` says in words what does not make sense; indices it names must not be used.
struct RawFinding {
  std::uint32_t index = 0;
  heapstorm_box_finding record{};
  std::vector<std::string> damage;
  bool damaged() const { return !damage.empty(); }
};

struct EventInfo {
  std::uint64_t at_us = 0;
  std::uint32_t ring = 0;
  std::uint64_t number = 0;  // in its ring
  std::uint32_t thread = 0;  // thread id
  std::uint16_t kind = 0;    // enum heapstorm_event_kind
  std::uint32_t connection = 0;
  std::uint64_t value = 0;
};

// The window of an event query; both ends included.
struct EventWindow {
  std::uint64_t from_us = 0;
  std::uint64_t to_us = std::numeric_limits<std::uint64_t>::max();
  static EventWindow around(std::uint64_t at_us, std::uint64_t radius_us);
};

struct HandoffInfo {
  std::uint32_t from = 0;  // thread ids
  std::uint32_t to = 0;
  std::uint64_t at_ms = 0;
  std::uint32_t stack = 0;
};

struct HandoffChain {
  std::vector<HandoffInfo> handoffs;  // oldest first
  bool damaged = false;               // a bad index or a cycle: the older part is missing
};

struct LiveBlockGroup {
  std::string tag;
  std::uint32_t owner = 0;  // thread id
  std::string owner_name;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
};

struct LiveBlocks {
  std::vector<LiveBlockGroup> groups;  // most bytes first
  bool complete = true;                // false: time was up, or there were more groups than we keep
};

class BlackBoxReader {
 public:
  explicit BlackBoxReader(std::span<const std::byte> box);

  // What is wrong with the header, one sentence each; empty if nothing is. The rest is readable all the same, because
  // the layout is fixed by constants: our own always wins over the box's section table.
  const std::vector<std::string>& damage() const { return damage_; }
  // The header as it was when the reader was made; zeros if the view is too short.
  const heapstorm_box_header& header() const { return header_; }
  heapstorm_box_control control() const;

  // Names and threads by id. Id 0 is "" and no thread. Nothing: the id or the entry is bad, or not yet published.
  std::optional<std::string> name(std::uint32_t id) const;
  std::optional<ThreadInfo> thread(std::uint32_t id) const;
  // All threads ever registered, in order; at most `limit`.
  std::vector<ThreadInfo> threads(std::size_t limit = 65536) const;
  std::vector<ModuleInfo> modules() const;
  // Return addresses, innermost first, at most HEAPSTORM_STACK_FRAMES. Id 0 is an empty stack. Nothing: the id is bad.
  std::optional<std::vector<std::uint64_t>> stack(std::uint32_t id) const;

  // Every published finding in the order of its slot, and every slot that holds something else than it should.
  std::vector<RawFinding> findings() const;
  // The hand-offs that led to `newest`; at most 64.
  HandoffChain handoffs(std::uint32_t newest) const;
  // [owner slot][freeing slot], blocks; slots modulo HEAPSTORM_PAIR_SIDE.
  std::vector<std::vector<std::uint32_t>> pairs() const;
  // Counts by slots modulo HEAPSTORM_PAIR_SIDE; zeros if the view ends before them.
  heapstorm_box_connections connections() const;

  // The events of one thread slot's ring, or of all, by time. Torn and overwritten ones are left out.
  std::vector<EventInfo> events(std::optional<std::uint32_t> slot = {}, EventWindow window = {}) const;

  // Live blocks in the arena by tag and owner. `extents` are file ranges that hold data (data_extents); only these are
  // read.
  LiveBlocks live_blocks(std::span<const DataExtent> extents, std::chrono::milliseconds budget) const;

 private:
  // Where entry `index` of a section starts; past the end of every view if there is no such entry.
  std::uint64_t entry_offset(heapstorm_box_section section, std::uint64_t index, std::uint64_t entry_bytes) const;
  void check_header();
  void check_finding(RawFinding& finding, std::uint32_t reserved) const;
  void check_side(const char* which, const heapstorm_box_side& side, std::vector<std::string>& damage) const;
  void collect_ring(std::uint32_t ring, EventWindow window, std::vector<EventInfo>& events) const;

  SharedBytes bytes_;
  heapstorm_box_header header_{};
  heapstorm_box_section_entry sections_[HEAPSTORM_SECTION_COUNT]{};
  std::vector<std::string> damage_;
};

// "foreign_free" and so on; "unknown" for a number that is no kind.
const char* kind_name(std::uint32_t kind);
// "live", "quarantined", "freed", "moved", "unknown".
const char* block_state_name(std::uint32_t state);
// "connection opens", "action" and so on; "unknown" for a number that is no kind of event.
const char* event_name(std::uint16_t kind);

}  // namespace heapstorm
