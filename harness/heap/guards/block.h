// One block: its header before it, its tail after it, and the allocation that both lie in.
//
// Layout: harness/abi/black_box.h. Threads other than the owner read headers (that is the point), so every access is a
// relaxed atomic one, which costs nothing on the machines we run on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "harness/heap/box/black_box.h"
#include "harness/heap/guards/sanitizer.h"

namespace heapstorm::heap {

// How all blocks of this process are made.
struct BlockFormat {
  std::uint64_t check_key = 0;
  std::uint64_t canary_key = 0;
  std::uint32_t tail_bytes = 0;  // sizeof(heapstorm_block_tail) when stacks or canaries are on
};

class Block {
 public:
  static constexpr std::size_t header_bytes = sizeof(heapstorm_block_header);
  static constexpr std::size_t alignment = 16;
  static constexpr std::size_t max_alignment = std::size_t{1} << 20;

  explicit Block(void* first_byte) : first_(static_cast<std::byte*>(first_byte)) {}

  std::byte* first() const { return first_; }
  heapstorm_block_header& header() const { return *reinterpret_cast<heapstorm_block_header*>(first_ - header_bytes); }
  std::uint64_t* header_words() const { return reinterpret_cast<std::uint64_t*>(first_ - header_bytes); }
  std::uint64_t address() const { return reinterpret_cast<std::uint64_t>(first_); }

  std::uint64_t size() const { return load(header().size_and_tag) >> 16; }
  std::uint16_t tag() const { return static_cast<std::uint16_t>(load(header().size_and_tag)); }
  std::uint32_t owner() const { return load(header().owner); }
  std::uint32_t state() const { return load(header().state) >> 24; }
  bool is_live() const { return state() == HEAPSTORM_BLOCK_LIVE; }

  // Moves the state on, keeping what else is in that word.
  void set_state(std::uint32_t state) const { publish(header().state, state << 24 | place()); }
  // Where in its allocation the block lies, and whether it is apart.
  std::uint32_t place() const { return load(header().state) & (HEAPSTORM_BLOCK_APART | HEAPSTORM_BLOCK_DISTANCE); }
  void set_apart() const { publish(header().state, load(header().state) | HEAPSTORM_BLOCK_APART); }
  // What was given by the allocator; the header lies `distance` behind it when the block is over-aligned.
  void* allocation() const {
    return first_ - header_bytes - std::size_t{load(header().state) & HEAPSTORM_BLOCK_DISTANCE} * alignment;
  }

  // True if the header is what this process wrote there for a block at this address. Reads 48 bytes before `first`.
  HEAPSTORM_TOUCHES_BLOCKS bool check_matches(const BlockFormat& format) const {
    return load(header().check) == expected_check(format);
  }
  void stamp(const BlockFormat& format, std::uint64_t size, std::uint16_t tag, std::uint32_t owner) const {
    store(header().size_and_tag, size << 16 | tag);
    store(header().owner, owner);
    store(header().check, expected_check(format));
  }

  // The canary behind the block is this word twice, the one before it its lower half.
  std::uint64_t canary_word(const BlockFormat& format) const { return format.canary_key ^ address(); }
  std::uint32_t expected_canary(const BlockFormat& format) const {
    return static_cast<std::uint32_t>(canary_word(format));
  }

  // The tail is unaligned, so it is read and written through copies of bytes.
  std::byte* tail_address() const { return first_ + size(); }
  HEAPSTORM_TOUCHES_BLOCKS heapstorm_block_tail read_tail() const {
    heapstorm_block_tail tail;
    std::memcpy(&tail, tail_address(), sizeof tail);
    return tail;
  }
  // `bytes`: the block's size, which the caller knows.
  HEAPSTORM_TOUCHES_BLOCKS void write_tail(std::size_t bytes, const heapstorm_block_tail& tail) const {
    std::memcpy(first_ + bytes, &tail, sizeof tail);
  }
  // The tail as two equal words: written behind the first `bytes`, and compared. Words, because four stores of four
  // bytes that are soon read as two of eight would wait for each other.
  HEAPSTORM_TOUCHES_BLOCKS void write_tail_words(std::size_t bytes, std::uint64_t word) const {
    std::memcpy(first_ + bytes, &word, sizeof word);
    std::memcpy(first_ + bytes + sizeof word, &word, sizeof word);
  }
  HEAPSTORM_TOUCHES_BLOCKS std::uint64_t tail_words_differ(std::size_t bytes, std::uint64_t word) const {
    std::uint64_t words[2];
    std::memcpy(words, first_ + bytes, sizeof words);
    return (words[0] ^ word) | (words[1] ^ word);
  }

 private:
  std::uint32_t expected_check(const BlockFormat& format) const {
    return heapstorm_block_check(format.check_key, address(), load(header().size_and_tag), load(header().owner));
  }

  std::byte* first_;
};

}  // namespace heapstorm::heap
