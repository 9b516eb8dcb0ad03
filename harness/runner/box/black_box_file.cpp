#include "harness/runner/box/black_box_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstring>
#include <vector>

#include "harness/abi/black_box_layout.h"
#include "harness/files/atomic_file.h"

namespace heapstorm {
namespace {

constexpr std::size_t copy_bytes = 1u << 20;

std::string because(const std::string& what) {
  return what + ": " + std::strerror(errno);
}

heapstorm_box_section_entry section(std::uint64_t box_bytes, int number) {
  heapstorm_box_section_entry sections[HEAPSTORM_SECTION_COUNT];
  heapstorm_box_layout(heapstorm_box_arena_bytes(box_bytes), sections);
  return sections[number];
}

// The target writes these cells through its own mapping; relaxed is enough except for `stage`, which publishes `port`.
template <typename T>
T load(const T& cell, std::memory_order order = std::memory_order_relaxed) {
  return std::atomic_ref<T>(const_cast<T&>(cell)).load(order);
}

bool copy_range(int from, int to, std::uint64_t begin, std::uint64_t end) {
  std::vector<char> buffer(copy_bytes);
  while (begin < end) {
    const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), end - begin);
    const ssize_t got = ::pread(from, buffer.data(), wanted, static_cast<off_t>(begin));
    if (got <= 0) return false;
    for (ssize_t done = 0; done < got;) {
      const ssize_t put =
          ::pwrite(to, buffer.data() + done, static_cast<std::size_t>(got - done), static_cast<off_t>(begin) + done);
      if (put <= 0) return false;
      done += put;
    }
    begin += static_cast<std::uint64_t>(got);
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<BlackBoxFile>> BlackBoxFile::create(std::uint64_t arena_bytes) {
  const std::uint64_t size = heapstorm_box_bytes(arena_bytes);
  UniqueFd fd(::memfd_create("heapstorm_black_box", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return Error::environment(because("cannot make the black box"));
  if (::ftruncate(fd.get(), static_cast<off_t>(size)) != 0) {
    return Error::environment(because("cannot size the black box"));
  }
  // A target that shrank the file would give the reader SIGBUS.
  ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  std::unique_ptr<BlackBoxFile> box(new BlackBoxFile(std::move(fd), size));
  void* whole = ::mmap(nullptr, size, PROT_READ, MAP_SHARED | MAP_NORESERVE, box->fd(), 0);
  if (whole == MAP_FAILED) return Error::environment(because("cannot map the black box"));
  box->bytes_ = static_cast<const std::byte*>(whole);
  const std::uint64_t control_offset = section(size, HEAPSTORM_SECTION_CONTROL).offset;
  void* control = ::mmap(nullptr, HEAPSTORM_BOX_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, box->fd(),
                         static_cast<off_t>(control_offset));
  if (control == MAP_FAILED) return Error::environment(because("cannot map the black box's control cells"));
  box->control_ = static_cast<heapstorm_box_control*>(control);
  return box;
}

BlackBoxFile::~BlackBoxFile() {
  if (bytes_ != nullptr) ::munmap(const_cast<std::byte*>(bytes_), size_);
  if (control_ != nullptr) ::munmap(control_, HEAPSTORM_BOX_PAGE);
}

void BlackBoxFile::set_clock_seconds(std::int64_t seconds) {
  std::atomic_ref<std::int64_t>(control_->clock_seconds).store(seconds);
}

void BlackBoxFile::advance_clock(std::int64_t seconds) {
  std::atomic_ref<std::int64_t>(control_->clock_seconds).fetch_add(seconds);
  std::atomic_ref<std::uint64_t>(control_->clock_ticks).fetch_add(1);
}

// 0 would mean that there is no clock of ours.
void BlackBoxFile::jump_clock(std::int64_t seconds) {
  const std::atomic_ref<std::int64_t> clock(control_->clock_seconds);
  clock.store(std::max<std::int64_t>(1, clock.load() + seconds));
  std::atomic_ref<std::uint64_t>(control_->clock_jumps).fetch_add(1);
}

std::uint32_t BlackBoxFile::stage() const {
  return load(control_->stage, std::memory_order_acquire);
}
std::uint16_t BlackBoxFile::port() const {
  return static_cast<std::uint16_t>(load(control_->port));
}
std::uint64_t BlackBoxFile::findings() const {
  return load(control_->findings);
}

void BlackBoxFile::set_orders_given(std::uint32_t kind, std::uint64_t count) {
  std::atomic_ref<std::uint64_t>(control_->orders_given[kind]).store(count);
}
std::uint64_t BlackBoxFile::orders_done(std::uint32_t kind) const {
  return load(control_->orders_done[kind], std::memory_order_acquire);
}
std::uint64_t BlackBoxFile::accepts_out_of_descriptors() const {
  return load(control_->accepts_out_of_descriptors);
}
// Word by word, because the target and the storm's thread write meanwhile.
heapstorm_box_control BlackBoxFile::control() const {
  using Word [[gnu::may_alias]] = std::uint64_t;
  static_assert(sizeof(heapstorm_box_control) % sizeof(Word) == 0);
  std::array<std::uint64_t, sizeof(heapstorm_box_control) / sizeof(Word)> words;
  const Word* const live = reinterpret_cast<const Word*>(control_);
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = __atomic_load_n(live + i, __ATOMIC_RELAXED);
  return std::bit_cast<heapstorm_box_control>(words);
}

Result<BlackBoxFile::Saved> BlackBoxFile::save(const std::string& path, std::uint64_t arena_limit_bytes) const {
  auto file = AtomicFile::create(path);
  if (!file) return file.error();
  const std::uint64_t arena_offset = section(size_, HEAPSTORM_SECTION_ARENA).offset;
  std::uint64_t arena_bytes = 0;
  Saved saved;
  for (off_t begin = ::lseek(fd(), 0, SEEK_DATA); begin >= 0;) {
    const off_t hole = ::lseek(fd(), begin, SEEK_HOLE);
    if (hole < 0) break;
    auto end = static_cast<std::uint64_t>(hole);
    if (end > arena_offset) {
      const std::uint64_t from = std::max(static_cast<std::uint64_t>(begin), arena_offset);
      const std::uint64_t room = arena_limit_bytes - arena_bytes;
      saved.cut = end - from > room;
      end = std::min(end, from + room);
      arena_bytes += end - from;
    }
    if (!copy_range(fd(), file.value().fd(), static_cast<std::uint64_t>(begin), end)) {
      return Error::environment(because("cannot write " + path));
    }
    saved.bytes += end - static_cast<std::uint64_t>(begin);
    if (saved.cut) break;
    begin = ::lseek(fd(), hole, SEEK_DATA);
  }
  if (const Status done = file.value().commit(); !done) return done.error();
  return saved;
}

}  // namespace heapstorm
