#include "harness/heap/stacks/referrer.h"

#include <link.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "harness/heap/guards/sanitizer.h"

namespace heapstorm::heap {
namespace {

constexpr std::uint64_t max_search_bytes = 64u << 20;  // of one module

struct Search {
  std::uint64_t first_byte;
  std::uint64_t block_bytes;
  bool in_executable = false;
  std::uint64_t exact = 0;     // address of a word that holds first_byte
  std::uint64_t interior = 0;  // of one that points behind it
};

// Other threads write these words meanwhile; any value will do, torn ones do not occur at aligned words.
HEAPSTORM_TOUCHES_BLOCKS void search_words(Search& search, std::uint64_t begin, std::uint64_t end) {
  for (std::uint64_t at = begin; at + sizeof(std::uint64_t) <= end; at += sizeof(std::uint64_t)) {
    std::uint64_t distance = *reinterpret_cast<const volatile std::uint64_t*>(at) - search.first_byte;
    if (distance == 0) {
      search.exact = at;
      return;
    }
    if (distance < search.block_bytes && search.interior == 0) search.interior = at;
  }
}

// No program's variable is there.
bool is_runtime(const char* path) {
  const char* slash = std::strrchr(path, '/');
  const char* name = slash == nullptr ? path : slash + 1;
  for (const char* prefix : {"libc.so", "libc-", "libstdc++.so", "libm.so", "libgcc_s.so", "libpthread", "ld-linux",
                             "ld-musl", "linux-vdso", "libasan.so", "libtsan.so", "libclang_rt.", "libmimalloc.so"}) {
    if (std::strncmp(name, prefix, std::strlen(prefix)) == 0) return true;
  }
  return false;
}

int search_module(dl_phdr_info* info, std::size_t, void* data) {
  auto& search = *static_cast<Search*>(data);
  bool executable = info->dlpi_name == nullptr || *info->dlpi_name == '\0';
  if (executable != search.in_executable || (!executable && is_runtime(info->dlpi_name))) return 0;
  std::uint64_t budget_bytes = max_search_bytes;
  for (int i = 0; i < info->dlpi_phnum && search.exact == 0; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) == 0) continue;
    std::uint64_t begin = (info->dlpi_addr + segment.p_vaddr + 7) / 8 * 8;
    std::uint64_t bytes = std::min<std::uint64_t>(segment.p_memsz, budget_bytes);
    budget_bytes -= bytes;
    search_words(search, begin, info->dlpi_addr + segment.p_vaddr + bytes);
  }
  return search.exact != 0;
}

std::uint64_t found_by(const Search& search) {
  return search.exact != 0 ? search.exact : search.interior;
}

}  // namespace

std::uint64_t find_referrer(std::uint64_t first_byte, std::uint64_t block_bytes) {
  Search libraries{first_byte, block_bytes};
  dl_iterate_phdr(search_module, &libraries);
  if (std::uint64_t found = found_by(libraries)) return found;
  Search executable{first_byte, block_bytes, true};
  dl_iterate_phdr(search_module, &executable);
  return found_by(executable);
}

}  // namespace heapstorm::heap
