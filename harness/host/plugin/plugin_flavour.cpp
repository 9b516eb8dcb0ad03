#include "harness/host/plugin/plugin_flavour.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace heapstorm::host {

namespace {

struct Marker {
  std::string_view symbol;
  const char* flavour;
};

// Clang and GCC call these from a constructor of every instrumented object file.
constexpr Marker markers[] = {{"__asan_init", "asan"}, {"__tsan_init", "tsan"}};

// A file's bytes, for as long as this lives; none if it cannot be read.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status = {};
    if (fd >= 0 && ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
      const auto size = static_cast<std::size_t>(status.st_size);
      void* const begin = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
      if (begin != MAP_FAILED) bytes_ = {static_cast<const std::byte*>(begin), size};
    }
    if (fd >= 0) ::close(fd);
  }
  ~MappedFile() {
    if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

using Bytes = std::span<const std::byte>;
using Header = ElfW(Ehdr);
using Section = ElfW(Shdr);
using Symbol = ElfW(Sym);

// Of a file that may be cut off or hold anything.
template <typename Record>
std::optional<Record> record_at(Bytes bytes, std::uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(Record)) return std::nullopt;
  Record record;
  std::memcpy(&record, bytes.data() + offset, sizeof record);
  return record;
}

Bytes part_of(Bytes bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) return {};
  return bytes.subspan(offset, size);
}

std::string_view string_at(Bytes strings, std::uint64_t offset) {
  if (offset >= strings.size()) return {};
  const auto* const begin = reinterpret_cast<const char*>(strings.data()) + offset;
  return {begin, ::strnlen(begin, strings.size() - offset)};
}

std::optional<Section> section(Bytes file, const Header& header, std::uint64_t index) {
  if (index >= header.e_shnum) return std::nullopt;
  return record_at<Section>(file, header.e_shoff + index * sizeof(Section));
}

std::optional<Section> dynamic_symbols(Bytes file, const Header& header) {
  for (std::uint64_t index = 0; index < header.e_shnum; ++index) {
    const auto found = section(file, header, index);
    if (found && found->sh_type == SHT_DYNSYM) return found;
  }
  return std::nullopt;
}

bool names(Bytes symbols, Bytes strings, std::string_view wanted) {
  for (std::uint64_t offset = 0; const auto symbol = record_at<Symbol>(symbols, offset); offset += sizeof(Symbol)) {
    if (string_at(strings, symbol->st_name) == wanted) return true;
  }
  return false;
}

}  // namespace

std::string flavour_of_plugin(const std::string& path) {
  const MappedFile mapped(path);
  const Bytes file = mapped.bytes();
  const auto header = record_at<Header>(file, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return "";
  const auto table = dynamic_symbols(file, *header);
  const auto text = table ? section(file, *header, table->sh_link) : std::nullopt;
  if (!text) return "";
  const Bytes symbols = part_of(file, table->sh_offset, table->sh_size);
  const Bytes strings = part_of(file, text->sh_offset, text->sh_size);
  std::string flavours;
  for (const Marker& marker : markers) {
    if (!names(symbols, strings, marker.symbol)) continue;
    flavours += (flavours.empty() ? "" : " and ") + std::string(marker.flavour);
  }
  return flavours.empty() ? "plain" : flavours;
}

std::string why_refused(const std::string& plugin_flavour, const std::string& host_flavour) {
  if (plugin_flavour.empty() || plugin_flavour == host_flavour) return "";
  if (plugin_flavour.find(' ') != std::string::npos) {
    return fmt::format("is built as {}, which no process can be: build it as one of them", plugin_flavour);
  }
  return fmt::format("is built as {} and cannot run as {}: build it as {} too, or name the folder of that build",
                     plugin_flavour, host_flavour, host_flavour);
}

}  // namespace heapstorm::host
