#include "harness/agent/hooks/near_memory.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <utility>

#include "harness/agent/hooks/system_calls.h"

namespace heapstorm::agent {
namespace {

constexpr std::uint64_t room_for_break = 256u << 20;
constexpr std::uint64_t lowest = 1u << 16;           // below, the kernel gives nothing
constexpr std::uint64_t highest = 0x7fff'ffff'f000;  // of a process

// Reads the beginnings and ends of /proc/self/maps one after another.
class Mappings {
 public:
  Mappings() : file_(system_call(SYS_openat, AT_FDCWD, as_argument("/proc/self/maps"), O_RDONLY | O_CLOEXEC)) {}
  ~Mappings() {
    if (file_ >= 0) system_call(SYS_close, file_);
  }
  Mappings(const Mappings&) = delete;
  Mappings& operator=(const Mappings&) = delete;

  bool are_there() const { return file_ >= 0; }

  bool next(std::uint64_t& begin, std::uint64_t& end) {
    if (!read_number(begin) || !read_number(end)) return false;
    protection_ = 0;
    for (const auto& [letter, bit] : {std::pair{'r', PROT_READ}, {'w', PROT_WRITE}, {'x', PROT_EXEC}}) {
      if (read_one() && last_ == letter) protection_ |= bit;
    }
    while (last_ != '\n' && read_one()) continue;
    return true;
  }
  // Of the one that was read last.
  int protection() const { return protection_; }

 private:
  bool read_one() {
    if (at_ == size_) {
      at_ = 0;
      size_ = std::max(0L, system_call(SYS_read, file_, as_argument(buffer_), sizeof buffer_));
      if (size_ == 0) return false;
    }
    last_ = buffer_[at_++];
    return true;
  }

  // Hexadecimal, up to a character that is none.
  bool read_number(std::uint64_t& number) {
    number = 0;
    bool has_digits = false;
    while (read_one()) {
      const bool is_digit = last_ >= '0' && last_ <= '9';
      const bool is_letter = last_ >= 'a' && last_ <= 'f';
      if (!is_digit && !is_letter) return has_digits;
      number = number * 16 + static_cast<std::uint64_t>(is_digit ? last_ - '0' : last_ - 'a' + 10);
      has_digits = true;
    }
    return false;
  }

  long file_;
  long at_ = 0, size_ = 0;
  char last_ = 0;
  int protection_ = 0;
  char buffer_[4096];
};

std::uint64_t distance(std::uint64_t a, std::uint64_t b) {
  return a > b ? a - b : b - a;
}

// The place nearest to `place` in the gap where `bytes` fit, or 0. Above the place the gap's first part is left alone:
// a program's break grows there.
std::uint64_t place_in_gap(std::uint64_t begin, std::uint64_t end, std::uint64_t place, std::uint64_t bytes) {
  if (begin >= end || end > highest) return 0;
  begin = std::max(begin, lowest) + (begin > place ? room_for_break : 0);
  if (begin >= end || end - begin < bytes) return 0;
  return std::clamp(place & ~(page_bytes - 1), begin, end - bytes);
}

std::uint64_t nearest_gap(std::uint64_t place, std::uint64_t bytes) {
  Mappings mappings;
  if (!mappings.are_there()) return 0;
  std::uint64_t nearest = 0, gap_begin = 0, begin = 0, end = 0;
  const auto consider = [&](std::uint64_t gap_end) {
    const std::uint64_t found = place_in_gap(gap_begin, gap_end, place, bytes);
    if (found != 0 && (nearest == 0 || distance(found, place) < distance(nearest, place))) nearest = found;
  };
  while (mappings.next(begin, end)) {
    consider(begin);
    gap_begin = end;
  }
  consider(highest);
  return nearest != 0 && distance(nearest, place) < code_reach ? nearest : 0;
}

}  // namespace

std::uint8_t* map_near(std::uint64_t place, std::size_t bytes) {
  bytes = (bytes + page_bytes - 1) & ~(page_bytes - 1);
  // Somebody else may take the gap before we do.
  for (int attempt = 0; attempt < 16; ++attempt) {
    const std::uint64_t gap = nearest_gap(place, bytes);
    if (gap == 0) return nullptr;
    const long mapped = system_call(SYS_mmap, static_cast<long>(gap), static_cast<long>(bytes), PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (mapped == static_cast<long>(gap)) return reinterpret_cast<std::uint8_t*>(mapped);
    // A kernel that does not know the flag takes the address for a hint.
    if (mapped > 0) system_call(SYS_munmap, mapped, static_cast<long>(bytes));
  }
  return nullptr;
}

int protection_at(std::uint64_t place) {
  Mappings mappings;
  std::uint64_t begin = 0, end = 0;
  while (mappings.are_there() && mappings.next(begin, end)) {
    if (begin <= place && place < end) return mappings.protection();
  }
  return PROT_READ | PROT_EXEC;
}

bool seal_code(std::uint8_t* pages, std::size_t bytes) {
  bytes = (bytes + page_bytes - 1) & ~(page_bytes - 1);
  return system_call(SYS_mprotect, as_argument(pages), static_cast<long>(bytes), PROT_READ | PROT_EXEC) == 0;
}

}  // namespace heapstorm::agent
