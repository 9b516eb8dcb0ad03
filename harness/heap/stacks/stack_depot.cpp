#include "harness/heap/stacks/stack_depot.h"

namespace heapstorm::heap {
namespace {

constexpr std::uint32_t max_probes = 128;

std::uint64_t hash_frames(const std::uint64_t* frames, std::uint32_t count) {
  std::uint64_t hash = count * 0x9e3779b97f4a7c15u;
  for (std::uint32_t i = 0; i < count; ++i) hash = (hash ^ frames[i]) * 0xff51afd7ed558ccdu ^ (hash >> 29);
  return hash ^ (hash >> 32);
}

}  // namespace

// A stack is its length word (count in the low 8 bits, hash above) and then its frames. The index holds ids; an entry
// becomes visible by the compare-and-swap that puts it there, after its words were written. A loser's words are wasted.
std::uint32_t StackDepot::intern(const std::uint64_t* frames, std::uint32_t count) {
  if (count == 0) return 0;
  std::uint64_t hash = hash_frames(frames, count);
  std::uint64_t length_word = (hash << 8) | count;
  std::uint32_t written = 0;
  for (std::uint32_t probe = 0; probe < max_probes; ++probe) {
    std::uint32_t& entry = box_.stack_index()[(hash + probe) % HEAPSTORM_STACK_INDEX];
    std::uint32_t id = load_acquire(entry);
    if (id == 0) {
      if (written == 0) written = write(length_word, frames, count);
      if (written == 0) return 0;
      if (replace(entry, 0u, written)) return written;
      id = load_acquire(entry);
    }
    if (matches(id, length_word, frames, count)) return id;
  }
  add(box_.control().dropped, std::uint64_t{1});
  return 0;
}

bool StackDepot::matches(std::uint32_t id, std::uint64_t length_word, const std::uint64_t* frames,
                         std::uint32_t count) const {
  const std::uint64_t* words = box_.stack_words() + id;
  if (load(words[0]) != length_word) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (load(words[1 + i]) != frames[i]) return false;
  }
  return true;
}

std::uint32_t StackDepot::write(std::uint64_t length_word, const std::uint64_t* frames, std::uint32_t count) {
  std::uint64_t& next = box_.control().next_stack_word;
  std::uint64_t first = load(next) + count + 1 < HEAPSTORM_STACK_WORDS ? add(next, std::uint64_t{count} + 1) : ~0ull;
  if (first >= HEAPSTORM_STACK_WORDS - count - 1) {
    add(box_.control().dropped, std::uint64_t{1});
    return 0;
  }
  std::uint64_t* words = box_.stack_words() + first;
  store(words[0], length_word);
  for (std::uint32_t i = 0; i < count; ++i) store(words[1 + i], frames[i]);
  return static_cast<std::uint32_t>(first);
}

}  // namespace heapstorm::heap
