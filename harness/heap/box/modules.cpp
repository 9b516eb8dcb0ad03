#include "harness/heap/box/modules.h"

#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace heapstorm::heap {
namespace {

bool knows(const BlackBox& box, std::uint64_t begin, std::uint64_t end) {
  std::uint32_t count = std::min(load(box.control().next_module), HEAPSTORM_MODULES);
  for (std::uint32_t i = 0; i < count; ++i) {
    const heapstorm_box_module& module = box.modules()[i];
    if (load_acquire(module.path_length) != 0 && module.begin <= begin && end <= module.end) return true;
  }
  return false;
}

void write_module(BlackBox& box, std::uint64_t begin, std::uint64_t end, std::uint64_t load_bias, const char* path) {
  if (knows(box, begin, end)) return;
  char own_path[sizeof(heapstorm_box_module::path)];
  std::size_t length = std::strlen(path);
  if (length == 0) {  // The loader names the executable "".
    ssize_t read = readlink("/proc/self/exe", own_path, sizeof own_path);
    if (read <= 0) return;
    path = own_path;
    length = static_cast<std::size_t>(read);
  }
  if (length > sizeof(heapstorm_box_module::path)) return;  // A cut path would name another file.
  std::uint32_t index = box.take(box.control().next_module, HEAPSTORM_MODULES);
  if (index == HEAPSTORM_MODULES) return;
  heapstorm_box_module& module = box.modules()[index];
  module.begin = begin;
  module.end = end;
  module.load_bias = load_bias;
  std::memcpy(module.path, path, length);
  publish(module.path_length, static_cast<std::uint32_t>(length));
}

int write_span_of_segments(dl_phdr_info* info, std::size_t, void* box) {
  std::uint64_t begin = ~0ull;
  std::uint64_t end = 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    begin = std::min<std::uint64_t>(begin, info->dlpi_addr + segment.p_vaddr);
    end = std::max<std::uint64_t>(end, info->dlpi_addr + segment.p_vaddr + segment.p_memsz);
  }
  if (begin < end) write_module(*static_cast<BlackBox*>(box), begin, end, info->dlpi_addr, info->dlpi_name);
  return 0;
}

bool covers_stack(const BlackBox& box, std::uint32_t stack) {
  if (stack == 0 || stack >= HEAPSTORM_STACK_WORDS - HEAPSTORM_STACK_FRAMES) return true;
  const std::uint64_t* words = box.stack_words() + stack;
  std::uint64_t count = std::min<std::uint64_t>(load(words[0]) & 0xff, HEAPSTORM_STACK_FRAMES);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!knows(box, load(words[1 + i]), load(words[1 + i]))) return false;
  }
  return true;
}

}  // namespace

void refresh_modules(BlackBox& box) {
  dl_iterate_phdr(write_span_of_segments, &box);
}

void refresh_modules_for(BlackBox& box, const heapstorm_box_finding& finding) {
  for (std::uint32_t stack : {finding.owner.stack, finding.freed.stack, finding.offender.stack}) {
    if (!covers_stack(box, stack)) return refresh_modules(box);
  }
}

}  // namespace heapstorm::heap
