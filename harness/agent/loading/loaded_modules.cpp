#include "harness/agent/loading/loaded_modules.h"

#include <elf.h>
#include <link.h>

#include <cstring>

namespace heapstorm::agent {
namespace {

constexpr char gnu[] = "GNU";

struct Search {
  std::span<const heapstorm_hook_module> modules;
  std::uint64_t* bases;
};

std::size_t aligned(std::size_t bytes) {
  return (bytes + 3) & ~std::size_t{3};
}

// The note with the build id in a segment of notes; an empty one if there is none.
std::span<const std::uint8_t> build_id_in(const std::uint8_t* notes, std::size_t bytes) {
  for (std::size_t at = 0; at + sizeof(ElfW(Nhdr)) <= bytes;) {
    ElfW(Nhdr) note;
    std::memcpy(&note, notes + at, sizeof note);
    const std::size_t name = at + sizeof note, content = name + aligned(note.n_namesz);
    if (content + note.n_descsz > bytes) break;
    const bool is_gnu = note.n_namesz == sizeof gnu && std::memcmp(notes + name, gnu, sizeof gnu) == 0;
    if (is_gnu && note.n_type == NT_GNU_BUILD_ID) return {notes + content, note.n_descsz};
    at = content + aligned(note.n_descsz);
  }
  return {};
}

int look_at(dl_phdr_info* module, std::size_t, void* context) {
  const Search& search = *static_cast<const Search*>(context);
  for (int i = 0; i < module->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = module->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const auto* const notes = reinterpret_cast<const std::uint8_t*>(module->dlpi_addr + segment.p_vaddr);
    const std::span<const std::uint8_t> id = build_id_in(notes, segment.p_memsz);
    if (id.empty()) continue;
    for (std::size_t wanted = 0; wanted < search.modules.size(); ++wanted) {
      const heapstorm_hook_module& one = search.modules[wanted];
      const bool is_it = one.build_id_bytes == id.size() && std::memcmp(one.build_id, id.data(), id.size()) == 0;
      if (is_it) search.bases[wanted] = module->dlpi_addr;
    }
  }
  return 0;
}

}  // namespace

void find_bases(std::span<const heapstorm_hook_module> modules, std::uint64_t* bases) {
  Search search{modules, bases};
  dl_iterate_phdr(look_at, &search);
}

}  // namespace heapstorm::agent
