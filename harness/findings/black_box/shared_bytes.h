// SharedBytes: bounds-checked, tear-aware copies out of memory that somebody else may be writing.
//
// Every read goes word by word through atomic loads, so a concurrent writer is no data race, and lands in a private
// copy; callers judge that copy and never look again (no double fetch). Does not own the memory, which must stay
// mapped. A file that shrinks under a mapping raises SIGBUS in any reader: whoever maps a box seals it or owns the
// file.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

namespace heapstorm {

class SharedBytes {
 public:
  SharedBytes() = default;
  // Memory that is not aligned to 8 bytes is taken as empty: a mapping is always aligned.
  explicit SharedBytes(std::span<const std::byte> bytes)
      : bytes_(reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 == 0 ? bytes : std::span<const std::byte>{}) {}

  std::uint64_t size() const { return bytes_.size(); }

  bool holds(std::uint64_t offset, std::uint64_t count) const { return offset <= size() && count <= size() - offset; }

  // The value at `offset`, a multiple of 8; nothing if it is not wholly inside.
  template <typename T>
  std::optional<T> copy(std::uint64_t offset) const {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % 8 == 0);
    if (offset % 8 != 0 || !holds(offset, sizeof(T))) return std::nullopt;
    std::array<std::uint64_t, sizeof(T) / 8> words;
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = load<std::uint64_t>(offset + 8 * i);
    return std::bit_cast<T>(words);
  }

  // Orders later copies after the writer's release of the 32-bit cell at `offset` (a multiple of 4); 0 if it is
  // outside.
  std::uint32_t acquire(std::uint64_t offset) const {
    if (offset % 4 != 0 || !holds(offset, 4)) return 0;
    return __atomic_load_n(reinterpret_cast<const std::uint32_t*>(bytes_.data() + offset), __ATOMIC_ACQUIRE);
  }

  // A word without a bounds check, for scans: `offset` is a multiple of 8 and inside.
  std::uint64_t word_unchecked(std::uint64_t offset) const { return load<std::uint64_t>(offset); }

 private:
  template <typename T>
  T load(std::uint64_t offset) const {
    return __atomic_load_n(reinterpret_cast<const T*>(bytes_.data() + offset), __ATOMIC_RELAXED);
  }

  std::span<const std::byte> bytes_;
};

}  // namespace heapstorm
