#include "harness/heap/box/black_box.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "harness/abi/black_box_layout.h"
#include "harness/base/check.h"

namespace heapstorm::heap {
namespace {

std::uint64_t clock_ns(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
}

std::uint64_t random_key() {
  std::uint64_t key = 0;
  if (getrandom(&key, sizeof key, GRND_NONBLOCK) != sizeof key) key = clock_ns(CLOCK_MONOTONIC) * 0x9e3779b97f4a7c15u;
  return key;
}

std::uint32_t hash_text(std::string_view text) {  // FNV-1a
  std::uint32_t hash = 2166136261u;
  for (unsigned char byte : text) hash = (hash ^ byte) * 16777619u;
  return hash;
}

bool same_text(const heapstorm_box_name& name, std::string_view text) {
  return load(name.length) == text.size() && std::memcmp(name.text, text.data(), text.size()) == 0;
}

}  // namespace

int BlackBox::open(int fd, std::uint64_t arena_bytes) {
  std::uint64_t box_bytes = 0;
  const bool own = fd < 0;
  if (own) {
    fd = memfd_create("heapstorm-black-box", MFD_CLOEXEC);
    box_bytes = heapstorm_box_bytes(arena_bytes / HEAPSTORM_ARENA_ALIGNMENT * HEAPSTORM_ARENA_ALIGNMENT);
    if (fd < 0 || ftruncate(fd, static_cast<off_t>(box_bytes)) != 0) return errno;
  } else {
    struct stat status{};
    if (fstat(fd, &status) != 0) return errno;
    box_bytes = static_cast<std::uint64_t>(status.st_size);
    fcntl(fd, F_SETFD, FD_CLOEXEC);  // A program that the target starts has no business with the box.
  }
  arena_bytes_ = heapstorm_box_arena_bytes(box_bytes);
  if (arena_bytes_ < HEAPSTORM_ARENA_ALIGNMENT) return EINVAL;
  if (int error = map(fd, box_bytes)) return error;
  if (own) close(fd);
  if (load_acquire(header_->magic) != 0) return EBUSY;  // Another process's.
  write_header(box_bytes);
  return 0;
}

// mimalloc wants the arena aligned to its segments, so the mapping starts at a multiple of the arena's alignment.
int BlackBox::map(int fd, std::uint64_t box_bytes) {
  std::uint64_t reserved_bytes = box_bytes + HEAPSTORM_ARENA_ALIGNMENT;
  void* reserved = mmap(nullptr, reserved_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) return errno;
  std::uint64_t start = reinterpret_cast<std::uint64_t>(reserved);
  std::uint64_t aligned =
      (start + HEAPSTORM_ARENA_ALIGNMENT - 1) / HEAPSTORM_ARENA_ALIGNMENT * HEAPSTORM_ARENA_ALIGNMENT;
  void* box = mmap(reinterpret_cast<void*>(aligned), box_bytes, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_FIXED | MAP_NORESERVE, fd, 0);
  if (box == MAP_FAILED) return errno;
  if (aligned > start) munmap(reserved, aligned - start);
  std::uint64_t box_end = aligned + box_bytes;
  if (start + reserved_bytes > box_end) munmap(reinterpret_cast<void*>(box_end), start + reserved_bytes - box_end);
  madvise(box, box_bytes, MADV_DONTDUMP);  // A core of the sparse arena would be of no use and of any size.
  header_ = static_cast<heapstorm_box_header*>(box);
  return 0;
}

void BlackBox::write_header(std::uint64_t box_bytes) {
  heapstorm_box_layout(arena_bytes_, header_->sections);
  for (int i = 0; i < HEAPSTORM_SECTION_COUNT; ++i) offsets_[i] = header_->sections[i].offset;
  control_ = section<heapstorm_box_control>(HEAPSTORM_SECTION_CONTROL);
  threads_ = section<heapstorm_box_thread>(HEAPSTORM_SECTION_THREADS);
  arena_ = section<std::byte>(HEAPSTORM_SECTION_ARENA);

  header_->version = HEAPSTORM_BOX_VERSION;
  header_->header_bytes = sizeof(heapstorm_box_header);
  header_->box_bytes = box_bytes;
  header_->mapped_at = reinterpret_cast<std::uint64_t>(header_);
  header_->check_key = random_key();
  header_->start_monotonic_ns = clock_ns(CLOCK_MONOTONIC);
  header_->pid = static_cast<std::uint32_t>(getpid());
  // Index 0 of these sections means "none".
  store(control_->next_thread, 1u);
  store(control_->next_handoff, 1u);
  store(control_->next_stack_word, std::uint64_t{1});
  publish(header_->magic, std::uint64_t{HEAPSTORM_BOX_MAGIC});
}

std::uint64_t BlackBox::now_us() const {
  return (clock_ns(CLOCK_MONOTONIC) - header_->start_monotonic_ns) / 1000;
}

std::uint32_t BlackBox::coarse_now_ms() const {
  std::uint64_t now_ns = clock_ns(CLOCK_MONOTONIC_COARSE);
  std::uint64_t start_ns = header_->start_monotonic_ns;
  return now_ns > start_ns ? static_cast<std::uint32_t>((now_ns - start_ns) / 1'000'000) : 0;
}

std::uint32_t BlackBox::take(std::uint32_t& next, std::uint32_t capacity) {
  if (load(next) < capacity) {
    std::uint32_t index = add(next, 1u);
    if (index < capacity) return index;
  }
  add(control_->dropped, std::uint64_t{1});
  return capacity;
}

// Open addressing; an entry is claimed by its length cell, whose top bit says that the text is still being written.
std::uint16_t BlackBox::intern(std::string_view text) {
  constexpr std::uint32_t writing = 0x80000000u;
  text = text.substr(0, sizeof(heapstorm_box_name::text));
  if (text.empty()) return 0;
  std::uint32_t slots = HEAPSTORM_NAMES - 1;
  std::uint32_t start = hash_text(text) % slots;
  for (std::uint32_t probe = 0; probe < slots; ++probe) {
    std::uint32_t id = 1 + (start + probe) % slots;
    heapstorm_box_name& name = names()[id];
    if (replace(name.length, 0u, writing)) {
      std::memcpy(name.text, text.data(), text.size());
      publish(name.length, static_cast<std::uint32_t>(text.size()));
      add(control_->next_name, 1u);
      return static_cast<std::uint16_t>(id);
    }
    while (load_acquire(name.length) == writing) {
    }
    if (same_text(name, text)) return static_cast<std::uint16_t>(id);
  }
  add(control_->dropped, std::uint64_t{1});
  return 0;
}

}  // namespace heapstorm::heap
