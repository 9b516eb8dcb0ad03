#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "harness/code/elf_module.h"
#include "harness/runner/contract_check.h"

namespace heapstorm {
namespace {

using Role = ContractFunction::Role;

template <typename Record>
void append(std::string& bytes, const Record& record) {
  bytes.append(reinterpret_cast<const char*>(&record), sizeof record);
}

std::uint8_t to_abi(Role role) {
  switch (role) {
    case Role::allocates:
      return HEAPSTORM_HOOK_ALLOCATES;
    case Role::frees:
      return HEAPSTORM_HOOK_FREES;
    case Role::reallocates:
      return HEAPSTORM_HOOK_REALLOCATES;
    case Role::makes_heap:
      return HEAPSTORM_HOOK_MAKES_HEAP;
  }
  return HEAPSTORM_HOOK_ALLOCATES;
}

// Nothing of a module that has none, or a longer one.
std::optional<heapstorm_hook_module> identity_of(const std::string& path) {
  const auto module = code::ElfModule::open(path);
  if (!module) return std::nullopt;
  const std::string& digits = module.value().facts().build_id;
  heapstorm_hook_module identity{};
  if (digits.empty() || digits.size() / 2 > sizeof identity.build_id) return std::nullopt;
  identity.build_id_bytes = static_cast<std::uint32_t>(digits.size() / 2);
  for (std::size_t i = 0; i < identity.build_id_bytes; ++i) {
    std::from_chars(&digits[2 * i], &digits[2 * i] + 2, identity.build_id[i], 16);
  }
  return identity;
}

// The modules of a plan, each once.
class PlannedModules {
 public:
  std::optional<std::uint32_t> index_of(const std::string& path) {
    const auto known = std::ranges::find(paths_, path);
    if (known != paths_.end()) return static_cast<std::uint32_t>(known - paths_.begin());
    const auto identity = identity_of(path);
    if (!identity) return std::nullopt;
    paths_.push_back(path);
    identities_.push_back(*identity);
    return static_cast<std::uint32_t>(paths_.size() - 1);
  }
  const std::vector<heapstorm_hook_module>& identities() const { return identities_; }

 private:
  std::vector<std::string> paths_;
  std::vector<heapstorm_hook_module> identities_;
};

heapstorm_hook_function planned(const ContractFunction& function, const FunctionCheck& check, std::uint32_t module) {
  heapstorm_hook_function planned{};
  planned.address = check.offset;
  planned.module = module;
  planned.role = to_abi(function.role);
  planned.pointer = static_cast<std::uint8_t>(function.pointer);
  planned.size_bytes = static_cast<std::uint8_t>(function.size_bytes);
  planned.count = static_cast<std::uint8_t>(function.count);
  planned.heap = static_cast<std::uint8_t>(function.heap);
  function.name.copy(planned.name, sizeof planned.name - 1);
  planned.moved = check.moved;
  return planned;
}

// One function may have several names.
bool is_planned(const std::vector<heapstorm_hook_function>& functions, std::uint32_t module, std::uint64_t address) {
  return std::ranges::any_of(functions, [&](const heapstorm_hook_function& function) {
    return function.module == module && function.address == address;
  });
}

}  // namespace

std::string make_hook_plan(const Contract& contract, const ContractCheck& check) {
  PlannedModules modules;
  std::vector<heapstorm_hook_function> functions;
  for (const FunctionCheck& found : check.functions) {
    if (found.hook != FunctionCheck::Hook::at_entry) continue;
    const auto function = std::ranges::find(contract.functions, found.name, &ContractFunction::name);
    if (function == contract.functions.end()) continue;  // it tells the heap, and is called rather than hooked
    const auto module = modules.index_of(found.module);
    if (module && !is_planned(functions, *module, found.offset))
      functions.push_back(planned(*function, found, *module));
  }
  std::string bytes;
  append(bytes, heapstorm_hook_plan{.magic = HEAPSTORM_HOOK_PLAN_MAGIC,
                                    .version = HEAPSTORM_HOOK_PLAN_VERSION,
                                    .module_count = static_cast<std::uint32_t>(modules.identities().size()),
                                    .function_count = static_cast<std::uint32_t>(functions.size()),
                                    .unused = 0});
  for (const heapstorm_hook_module& module : modules.identities()) append(bytes, module);
  for (const heapstorm_hook_function& function : functions) append(bytes, function);
  return bytes;
}

}  // namespace heapstorm
