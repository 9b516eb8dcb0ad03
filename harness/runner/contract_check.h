// What a contract can see of a program, before anything of the program is started: which of its functions are found
// where, and whether a hook can take the place of their starts.
//
// Looks at files only; the loader is asked which libraries it would load. Libraries that the program opens later are
// not seen here. Blocks for as long as reading takes (Node: 0.3 s).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/abi/hook_plan.h"
#include "harness/base/result.h"
#include "harness/scenario/contract.h"

namespace heapstorm {

struct FunctionCheck {
  enum class Hook : std::uint8_t {
    none,      // `reason` says why not
    at_entry,  // a jump in place of its first instructions
    at_start,  // found, but where its code is (an IFUNC) is known only when the program starts
  };

  std::string name;
  std::string does;          // "allocates", ... as the contract says; "tells the heap" of the thread that calls it
  std::string module;        // its path; "": no module has such a function
  std::uint64_t offset = 0;  // in the module
  bool is_exported = false;
  Hook hook = Hook::none;
  heapstorm_moved_code moved{};  // at_entry: what has to run elsewhere
  std::string reason;
};

struct ContractCheck {
  std::string program;                   // the file that is run: of a script, its interpreter
  std::vector<std::string> modules;      // the program, then the libraries that the loader gives it
  std::vector<std::string> missing;      // libraries that it does not find
  std::vector<FunctionCheck> functions;  // in the contract's order; one with several places has several rows
  std::string unknown_through;  // of the contract's "through", the first that is neither a function nor a module
  std::string refusal;          // why nothing can be seen; "": the contract can be used
};

// The hook plan for an agent: what of `contract` was found and can be hooked at its entry. Its bytes are the file's;
// see harness/abi/hook_plan.h. Functions of modules without a build id are left out, because an agent could not know
// them again. Reads the modules' build ids once more.
std::string make_hook_plan(const Contract& contract, const ContractCheck& check);

// Bad input: there is no such program, or nothing can be loaded into it (static, another machine's, setuid); the
// message says what to do. Environment: the loader cannot be asked.
Result<ContractCheck> check_contract(const Contract& contract, const std::vector<std::string>& command);

}  // namespace heapstorm
