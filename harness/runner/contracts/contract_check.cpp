#include "harness/runner/contract_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "harness/code/elf_module.h"
#include "harness/runner/contracts/subject.h"

namespace heapstorm {
namespace {

using code::ElfModule;
using code::FunctionSymbol;
using code::Refusal;
using Hook = FunctionCheck::Hook;
using Role = ContractFunction::Role;

void look_at_start(const ElfModule& module, const FunctionSymbol& symbol, FunctionCheck& check) {
  if (symbol.is_ifunc) {
    check.hook = Hook::at_start;
    check.reason = "an IFUNC: the program chooses one when it starts";
    return;
  }
  const code::FunctionCode code = module.code_of(symbol);
  if (code.bytes.empty()) {
    check.reason = "its code is not in the file";
    return;
  }
  const code::StartOfFunction start = code::move_start(code, module.parts_of(symbol));
  check.hook = start.refusal == Refusal::none ? Hook::at_entry : Hook::none;
  check.moved = start.moved;
  if (check.hook == Hook::none) check.reason = fmt::format("{} ({})", to_words(start.refusal), start.detail);
}

class Checker {
 public:
  explicit Checker(ContractCheck& result) : result_(result) {}

  Status open_modules() {
    for (const std::string& path : result_.modules) {
      auto module = ElfModule::open(path);
      if (!module) return module.error();
      modules_.push_back(std::move(module.value()));
    }
    return Success{};
  }

  // Of one name, the first module that exports it is the one that others are linked to; functions that nobody exports
  // are seen wherever they are.
  void check(const std::string& name, const std::string& does) {
    bool is_found = false, has_exported = false;
    for (const ElfModule& module : modules_) {
      std::optional<std::uint64_t> last;
      for (const FunctionSymbol& symbol : module.functions_named(name)) {
        if (symbol.is_exported && has_exported && last != symbol.address) continue;
        if (last == symbol.address) continue;
        last = symbol.address;
        has_exported |= symbol.is_exported;
        is_found = true;
        add(name, does, module, symbol);
      }
    }
    if (!is_found)
      result_.functions.push_back({.name = name, .does = does, .module = "", .reason = "no module has it"});
  }

  // As a function, or as the file of a module, with or without what follows its ".so".
  bool knows(const std::string& name) const {
    return std::ranges::any_of(modules_, [&](const ElfModule& module) {
      const std::string file = module.path().substr(module.path().rfind('/') + 1);
      return file == name || file.starts_with(name + ".so") || !module.functions_named(name).empty();
    });
  }

 private:
  void add(const std::string& name, const std::string& does, const ElfModule& module, const FunctionSymbol& symbol) {
    FunctionCheck check{.name = name,
                        .does = does,
                        .module = module.path(),
                        .offset = symbol.address,
                        .is_exported = symbol.is_exported,
                        .reason = ""};
    look_at_start(module, symbol, check);
    result_.functions.push_back(std::move(check));
  }

  ContractCheck& result_;
  std::vector<ElfModule> modules_;
};

bool can_hook(const ContractCheck& check, const std::string& name) {
  return std::ranges::any_of(check.functions, [&](const FunctionCheck& function) {
    return function.name == name && function.hook == Hook::at_entry;
  });
}

bool is_found(const ContractCheck& check, const std::string& name) {
  return std::ranges::any_of(check.functions, [&](const FunctionCheck& function) {
    return function.name == name && !function.module.empty();
  });
}

bool can_hook_any(const ContractCheck& check, Role role) {
  return std::ranges::any_of(check.functions, [&](const FunctionCheck& function) {
    return function.does == to_string(role) && function.hook == Hook::at_entry;
  });
}

// Why the contract is of no use here; "" if it is.
std::string refusal_of(const Contract& contract, const ContractCheck& check) {
  if (contract.needs_through && contract.through.empty()) {
    return "it names no functions or modules through which blocks are allocated (\"through\", --through)";
  }
  if (!check.unknown_through.empty()) {
    return fmt::format("{} is no function and no module of the program", check.unknown_through);
  }
  if (!check.missing.empty()) return fmt::format("the program does not start without {}", check.missing.front());
  for (const Role role : {Role::allocates, Role::frees}) {
    if (!can_hook_any(check, role))
      return fmt::format("none of its functions that {} can be hooked", role == Role::allocates ? "allocate" : "free");
  }
  for (const ContractFunction& function : contract.functions) {
    if (function.is_required && !can_hook(check, function.name))
      return fmt::format("it cannot do without {}", function.name);
  }
  if (contract.owner == OwnerRule::heap_argument && !can_hook_any(check, Role::makes_heap)) {
    return "none of its functions that make heaps can be hooked";
  }
  const bool needs_heap = contract.owner == OwnerRule::chunk_word;
  if (needs_heap && !is_found(check, contract.heap_of_thread)) {
    return fmt::format("it cannot do without {}, which says whose heap is whose", contract.heap_of_thread);
  }
  return "";
}

}  // namespace

Result<ContractCheck> check_contract(const Contract& contract, const std::vector<std::string>& command) {
  Result<Subject> subject = find_subject(command);
  if (!subject) return subject.error();
  ContractCheck result;
  result.program = std::move(subject.value().program);
  result.modules = std::move(subject.value().modules);
  result.missing = std::move(subject.value().missing);
  Checker checker(result);
  if (const Status opened = checker.open_modules(); !opened) return opened.error();
  for (const ContractFunction& function : contract.functions) checker.check(function.name, to_string(function.role));
  for (const std::string& name : contract.through) {
    if (!checker.knows(name) && result.unknown_through.empty()) result.unknown_through = name;
  }
  if (!contract.heap_of_thread.empty()) checker.check(contract.heap_of_thread, "tells the heap");
  result.refusal = refusal_of(contract, result);
  return result;
}

}  // namespace heapstorm
