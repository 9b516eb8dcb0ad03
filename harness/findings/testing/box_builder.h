// BoxBuilder: writes a valid black box by hand, for tests of what reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/abi/black_box.h"

namespace heapstorm {

class BoxBuilder {
 public:
  static constexpr std::uint64_t arena_bytes = 1u << 20;
  static constexpr std::uint64_t mapped_at = 0x7f0000000000;
  static constexpr std::uint64_t check_key = 0x1234567890abcdef;

  BoxBuilder();
  BoxBuilder(const BoxBuilder&) = delete;
  BoxBuilder& operator=(const BoxBuilder&) = delete;
  ~BoxBuilder();

  std::uint32_t name(const std::string& text);
  std::uint32_t thread(const std::string& name, std::uint32_t slot, std::uint32_t generation = 0);
  std::uint32_t stack(const std::vector<std::uint64_t>& frames);
  void module(std::uint64_t begin, std::uint64_t end, std::uint64_t load_bias, const std::string& path);
  std::uint32_t handoff(std::uint32_t previous, std::uint32_t from, std::uint32_t to);
  // `value`: of most kinds an action; default: the event's number in its ring.
  void event(std::uint32_t slot, std::uint64_t at_us, std::uint16_t kind, std::uint32_t thread,
             std::optional<std::uint64_t> value = {});
  // `offset` is the block header's place in the arena.
  void live_block(std::uint64_t offset, std::uint64_t size, std::uint16_t tag, std::uint32_t owner);
  // Fills state; everything else is as given.
  std::uint32_t finding(heapstorm_box_finding record);
  // A record in which everything makes sense: a foreign free, from worker-0 to worker-1, of 45 bytes tagged
  // date_header.
  heapstorm_box_finding foreign_free();

  heapstorm_box_header& header() { return *at<heapstorm_box_header>(0); }
  heapstorm_box_control& control() { return *entry<heapstorm_box_control>(HEAPSTORM_SECTION_CONTROL, 0); }
  template <typename T>
  T* entry(heapstorm_box_section section, std::uint64_t index) {
    return at<T>(sections_[section].offset + index * sizeof(T));
  }
  std::uint64_t offset_of(heapstorm_box_section section) const { return sections_[section].offset; }

  std::span<std::byte> bytes() { return {base_, size_}; }
  // The first `size` bytes, whose next page (size is rounded up to a page) faults when touched, until `unguard`.
  std::span<const std::byte> guarded(std::uint64_t size);
  void unguard();

 private:
  template <typename T>
  T* at(std::uint64_t offset) {
    return reinterpret_cast<T*>(base_ + offset);
  }

  heapstorm_box_section_entry sections_[HEAPSTORM_SECTION_COUNT]{};
  std::byte* base_ = nullptr;
  std::uint64_t size_ = 0;
};

}  // namespace heapstorm
