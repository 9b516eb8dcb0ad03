#include "harness/code/elf_module.h"

#include <elfutils/libdwfl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <optional>
#include <span>
#include <tuple>

namespace heapstorm::code {
namespace {

constexpr std::uint64_t max_function_bytes = 1 << 20;  // of one whose size nobody says
constexpr std::uint64_t max_slack_bytes = 16;          // of padding behind a function: as much as a jump may need

struct DwflEnd {
  void operator()(Dwfl* dwfl) const { dwfl_end(dwfl); }
};

const Dwfl_Callbacks& callbacks() {
  static const Dwfl_Callbacks all{.find_elf = nullptr,
                                  .find_debuginfo = dwfl_standard_find_debuginfo,
                                  .section_address = dwfl_offline_section_address,
                                  .debuginfo_path = nullptr};
  return all;
}

std::string to_hexadecimal(std::span<const unsigned char> bytes) {
  std::string text;
  for (const unsigned char byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

// Symbol tables write a version into the name: pthread_create@@GLIBC_2.34.
std::string without_version(const std::string& name) {
  return name.substr(0, name.find('@'));
}

bool by_address(const FunctionSymbol& a, const FunctionSymbol& b) {
  return std::tie(a.address, a.name) < std::tie(b.address, b.name);
}

bool same_place(const FunctionSymbol& a, const FunctionSymbol& b) {
  return std::tie(a.address, a.name) == std::tie(b.address, b.name);
}

}  // namespace

struct ElfModule::State {
  std::string path;
  std::unique_ptr<Dwfl, DwflEnd> dwfl;
  Dwfl_Module* module = nullptr;
  Elf* elf = nullptr;
  GElf_Addr bias = 0;
  ModuleFacts facts;
  std::vector<FunctionSymbol> functions;

  Status read();
  void read_header();
  bool has_program_flag() const;
  std::string text_at(std::uint64_t offset, std::uint64_t size) const;
  void read_functions();
  std::optional<GElf_Phdr> segment_of(std::uint64_t address) const;
  std::span<const std::uint8_t> bytes_at(std::uint64_t address, std::uint64_t size) const;
  std::uint64_t next_function(std::uint64_t address) const;
};

Status ElfModule::State::read() {
  if (::access(path.c_str(), R_OK) != 0) return Error::bad_input(fmt::format("{}: {}", path, std::strerror(errno)));
  dwfl.reset(dwfl_begin(&callbacks()));
  dwfl_report_begin(dwfl.get());
  module = dwfl_report_offline(dwfl.get(), path.c_str(), path.c_str(), -1);
  dwfl_report_end(dwfl.get(), nullptr, nullptr);
  if (module != nullptr) elf = dwfl_module_getelf(module, &bias);
  if (elf == nullptr) return Error::bad_input(fmt::format("{}: no program or library (ELF file)", path));
  read_header();
  read_functions();
  return Success{};
}

void ElfModule::State::read_header() {
  GElf_Ehdr header;
  if (gelf_getehdr(elf, &header) == nullptr) return;
  facts.is_x86_64 = header.e_machine == EM_X86_64 && gelf_getclass(elf) == ELFCLASS64;
  std::size_t count = 0;
  elf_getphdrnum(elf, &count);
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr segment;
    if (gelf_getphdr(elf, static_cast<int>(i), &segment) == nullptr) continue;
    if (segment.p_type == PT_INTERP) facts.loader = text_at(segment.p_offset, segment.p_filesz);
  }
  const bool has_loader = !facts.loader.empty();
  facts.is_program = header.e_type == ET_EXEC || has_loader;
  const bool is_program = header.e_type == ET_EXEC || has_program_flag();
  facts.is_static = is_program && !has_loader;
  const unsigned char* id = nullptr;
  GElf_Addr where = 0;
  const int length = dwfl_module_build_id(module, &id, &where);
  if (length > 0) facts.build_id = to_hexadecimal({id, static_cast<std::size_t>(length)});
}

// Of a program that may lie anywhere, also of a static one.
bool ElfModule::State::has_program_flag() const {
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_DYNAMIC) continue;
    Elf_Data* const data = elf_getdata(section, nullptr);
    GElf_Dyn entry;
    for (int i = 0; data != nullptr && gelf_getdyn(data, i, &entry) != nullptr; ++i) {
      if (entry.d_tag == DT_FLAGS_1) return (entry.d_un.d_val & DF_1_PIE) != 0;
    }
  }
  return false;
}

// Of the file, up to a zero.
std::string ElfModule::State::text_at(std::uint64_t offset, std::uint64_t size) const {
  std::size_t file_bytes = 0;
  const char* const file = elf_rawfile(elf, &file_bytes);
  if (file == nullptr || offset >= file_bytes) return "";
  const char* const text = file + offset;
  return {text, ::strnlen(text, std::min<std::size_t>(size, file_bytes - offset))};
}

void ElfModule::State::read_functions() {
  const int count = dwfl_module_getsymtab(module);
  const int first_global = dwfl_module_getsymtab_first_global(module);
  for (int i = 0; i < count; ++i) {
    GElf_Sym symbol;
    GElf_Addr address = 0;
    const char* const name = dwfl_module_getsym_info(module, i, &symbol, &address, nullptr, nullptr, nullptr);
    const int type = GELF_ST_TYPE(symbol.st_info);
    const bool is_function = type == STT_FUNC || type == STT_GNU_IFUNC;
    if (name == nullptr || !is_function || symbol.st_shndx == SHN_UNDEF) continue;
    const int visibility = GELF_ST_VISIBILITY(symbol.st_other);
    const bool is_visible = visibility == STV_DEFAULT || visibility == STV_PROTECTED;
    facts.has_symbol_table |= GELF_ST_BIND(symbol.st_info) == STB_LOCAL;
    functions.push_back({.name = without_version(name),
                         .address = address - bias,
                         .size = symbol.st_size,
                         .is_ifunc = type == STT_GNU_IFUNC,
                         .is_exported = i >= first_global && is_visible});
  }
  std::sort(functions.begin(), functions.end(), by_address);
  functions.erase(std::unique(functions.begin(), functions.end(), same_place), functions.end());
}

// Of its code.
std::optional<GElf_Phdr> ElfModule::State::segment_of(std::uint64_t address) const {
  std::size_t count = 0;
  elf_getphdrnum(elf, &count);
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr segment;
    if (gelf_getphdr(elf, static_cast<int>(i), &segment) == nullptr) continue;
    const bool is_code = segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0;
    if (is_code && address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz) return segment;
  }
  return std::nullopt;
}

// As many as are in the file.
std::span<const std::uint8_t> ElfModule::State::bytes_at(std::uint64_t address, std::uint64_t size) const {
  const auto segment = segment_of(address);
  std::size_t file_bytes = 0;
  const char* const file = elf_rawfile(elf, &file_bytes);
  if (!segment || file == nullptr || segment->p_offset >= file_bytes) return {};
  const std::uint64_t into = address - segment->p_vaddr;
  const std::uint64_t in_segment = std::min<std::uint64_t>(segment->p_filesz, file_bytes - segment->p_offset);
  if (into >= in_segment) return {};
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(file) + segment->p_offset + into;
  return {begin, static_cast<std::size_t>(std::min(size, in_segment - into))};
}

// Where another begins; the greatest address if none does.
std::uint64_t ElfModule::State::next_function(std::uint64_t address) const {
  const auto behind = [](std::uint64_t wanted, const FunctionSymbol& function) { return wanted < function.address; };
  const auto next = std::upper_bound(functions.begin(), functions.end(), address, behind);
  return next == functions.end() ? ~std::uint64_t{0} : next->address;
}

ElfModule::ElfModule(std::unique_ptr<State> state) : state_(std::move(state)) {}
ElfModule::ElfModule(ElfModule&&) noexcept = default;
ElfModule& ElfModule::operator=(ElfModule&&) noexcept = default;
ElfModule::~ElfModule() = default;

Result<ElfModule> ElfModule::open(const std::string& path) {
  auto state = std::make_unique<State>();
  state->path = path;
  if (const Status read = state->read(); !read) return read.error();
  return ElfModule(std::move(state));
}

const std::string& ElfModule::path() const {
  return state_->path;
}

const ModuleFacts& ElfModule::facts() const {
  return state_->facts;
}

const std::vector<FunctionSymbol>& ElfModule::functions() const {
  return state_->functions;
}

std::vector<FunctionSymbol> ElfModule::functions_named(const std::string& name) const {
  std::vector<FunctionSymbol> found;
  for (const FunctionSymbol& function : state_->functions) {
    if (function.name == name) found.push_back(function);
  }
  return found;
}

FunctionCode ElfModule::code_of(const FunctionSymbol& function) const {
  const std::uint64_t room = state_->next_function(function.address) - function.address;
  const std::uint64_t size = function.size != 0 ? function.size : std::min(room, max_function_bytes);
  const std::uint64_t slack = room > size ? std::min(room - size, max_slack_bytes) : 0;
  FunctionCode code{
      .address = function.address, .bytes = state_->bytes_at(function.address, size + slack), .size = size};
  code.size = std::min<std::size_t>(code.size, code.bytes.size());
  return code;
}

std::vector<FunctionCode> ElfModule::parts_of(const FunctionSymbol& function) const {
  std::vector<FunctionCode> parts;
  for (const FunctionSymbol& other : state_->functions) {
    if (other.name.starts_with(function.name + ".cold")) parts.push_back(code_of(other));
  }
  return parts;
}

}  // namespace heapstorm::code
