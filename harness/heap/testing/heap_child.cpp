#include "harness/heap/testing/heap_child.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "harness/abi/black_box_layout.h"

namespace heapstorm::heap {
namespace {

// Of a child that hangs. 20,000 threads, one after the other, take 4 s on an idle machine, a minute on a busy one.
constexpr unsigned deadline_s = 240;
constexpr std::uint64_t arena_bytes = 8ull << 30;

[[noreturn]] void run_child(heapstorm_heap_options options, int box_fd, const std::function<void()>& body) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(deadline_s);
  options.box_fd = box_fd;
  if (heapstorm_heap_start(&options) != 0) _exit(99);
  heapstorm_thread_register("main");
  body();
  _exit(0);
}

}  // namespace

HeapChild::HeapChild(heapstorm_heap_options options, const std::function<void()>& body) {
  int fd = memfd_create("heap-child", MFD_CLOEXEC);
  box_bytes_ = heapstorm_box_bytes(arena_bytes);
  EXPECT_EQ(ftruncate(fd, static_cast<off_t>(box_bytes_)), 0);
  std::fflush(nullptr);
  pid_t child = fork();
  if (child == 0) run_child(options, fd, body);
  EXPECT_EQ(waitpid(child, &status_, 0), child);
  box_ = static_cast<std::byte*>(mmap(nullptr, box_bytes_, PROT_READ, MAP_SHARED | MAP_NORESERVE, fd, 0));
  EXPECT_NE(box_, MAP_FAILED);
  close(fd);
}

HeapChild::~HeapChild() {
  munmap(box_, box_bytes_);
}

bool HeapChild::exited_cleanly() const {
  return WIFEXITED(status_) && WEXITSTATUS(status_) == 0;
}

int HeapChild::exit_code() const {
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
}

int HeapChild::signal() const {
  return WIFSIGNALED(status_) ? WTERMSIG(status_) : 0;
}

template <typename T>
const T* HeapChild::section(int number) const {
  heapstorm_box_section_entry sections[HEAPSTORM_SECTION_COUNT];
  heapstorm_box_layout(arena_bytes, sections);
  return reinterpret_cast<const T*>(box_ + sections[number].offset);
}

const heapstorm_box_control& HeapChild::control() const {
  return *section<heapstorm_box_control>(HEAPSTORM_SECTION_CONTROL);
}

const heapstorm_box_connections& HeapChild::connections() const {
  return *section<heapstorm_box_connections>(HEAPSTORM_SECTION_CONNECTIONS);
}

std::vector<heapstorm_box_event> HeapChild::events(std::uint32_t slot) const {
  const auto& ring = section<heapstorm_box_ring>(HEAPSTORM_SECTION_RINGS)[slot % HEAPSTORM_RINGS];
  return {ring.events, ring.events + ring.next};
}

std::vector<heapstorm_box_finding> HeapChild::findings() const {
  std::vector<heapstorm_box_finding> all;
  const auto* records = section<heapstorm_box_finding>(HEAPSTORM_SECTION_FINDINGS);
  for (std::uint32_t i = 0; i < control().next_finding && i < HEAPSTORM_FINDINGS; ++i) {
    if (records[i].state == HEAPSTORM_FINDING_PUBLISHED) all.push_back(records[i]);
  }
  return all;
}

heapstorm_box_finding HeapChild::only_finding() const {
  auto all = findings();
  EXPECT_EQ(all.size(), 1u);
  return all.empty() ? heapstorm_box_finding{} : all.front();
}

std::string HeapChild::name(std::uint32_t id) const {
  const auto& entry = section<heapstorm_box_name>(HEAPSTORM_SECTION_NAMES)[id % HEAPSTORM_NAMES];
  return std::string(entry.text, entry.length);
}

const heapstorm_box_thread& HeapChild::thread(std::uint32_t id) const {
  return section<heapstorm_box_thread>(HEAPSTORM_SECTION_THREADS)[id % HEAPSTORM_THREADS];
}

std::string HeapChild::thread_name(std::uint32_t id) const {
  return std::string(thread(id).name, thread(id).name_length);
}

const heapstorm_box_handoff& HeapChild::handoff(std::uint32_t index) const {
  return section<heapstorm_box_handoff>(HEAPSTORM_SECTION_HANDOFFS)[index % HEAPSTORM_HANDOFFS];
}

std::uint64_t HeapChild::stack_frames(std::uint32_t id) const {
  return id == 0 ? 0 : section<std::uint64_t>(HEAPSTORM_SECTION_STACKS)[id % HEAPSTORM_STACK_WORDS] & 0xff;
}

heapstorm_heap_options test_options(heapstorm_backend backend) {
  heapstorm_heap_options options = heapstorm_heap_defaults();
  options.backend = backend;
  return options;
}

void on_thread(const char* name, const std::function<void()>& body) {
  std::thread([&] {
    heapstorm_thread_register(name);
    body();
    heapstorm_thread_retire();
  }).join();
}

#ifdef __clang__
__attribute__((no_sanitize("address", "thread")))
#endif
void stray_write(void* block, std::int64_t offset, unsigned char value) {
  static_cast<volatile unsigned char*>(block)[offset] = value;
}

#ifdef __clang__
__attribute__((no_sanitize("address", "thread")))
#endif
void stray_flip(void* block, std::int64_t offset) {
  volatile unsigned char& byte = static_cast<volatile unsigned char*>(block)[offset];
  byte = static_cast<unsigned char>(~byte);
}

}  // namespace heapstorm::heap
