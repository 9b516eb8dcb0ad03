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
    return function.name == name && function.hook != Hook::none;
  });
}

bool can_hook_any(const ContractCheck& check, Role role) {
  return std::ranges::any_of(check.functions, [&](const FunctionCheck& function) {
    return function.does == to_string(role) && function.hook != Hook::none;
  });
}

// Why the contract is of no use here; "" if it is.
std::string refusal_of(const Contract& contract, const ContractCheck& check) {
  if (contract.needs_through && contract.through.empty()) {
    return "it names no functions or modules through which blocks are allocated (\"through\", --through)";
  }
  for (const Role role : {Role::allocates, Role::frees}) {
    if (!can_hook_any(check, role))
      return fmt::format("none of its functions that {} can be hooked", role == Role::allocates ? "allocate" : "free");
  }
  for (const ContractFunction& function : contract.functions) {
    if (function.is_required && !can_hook(check, function.name))
      return fmt::format("it cannot do without {}", function.name);
  }
  const bool needs_heap = contract.owner == OwnerRule::chunk_word;
  if (needs_heap && !can_hook(check, contract.heap_of_thread)) {
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
  if (!contract.heap_of_thread.empty()) checker.check(contract.heap_of_thread, "tells the heap");
  result.refusal = refusal_of(contract, result);
  return result;
}

}  // namespace heapstorm
