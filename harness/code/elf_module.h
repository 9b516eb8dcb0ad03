// An ElfModule: a program or shared library as a file, and the functions in it: those that it exports, those of its own
// symbol table, and those of its separate debug file (found by build id or debug link, below /usr/lib/debug or beside
// it).
//
// Addresses are those of the file; where a process loads it is added. Reading is lazy and not thread-safe. By elfutils'
// libdwfl, which also takes what is damaged: a function that it does not find is not there.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/code/function_start.h"

namespace heapstorm::code {

struct FunctionSymbol {
  std::string name;
  std::uint64_t address = 0;
  std::uint64_t size = 0;    // 0: its table does not say
  bool is_ifunc = false;     // the address is that of its resolver
  bool is_exported = false;  // others can link to it
};

struct ModuleFacts {
  bool is_x86_64 = false;
  bool is_program = false;        // it has an entry and is no mere library
  bool is_static = false;         // a program that no loader prepares: nothing can be preloaded into it
  bool has_symbol_table = false;  // one that names more than what is exported, its own or of a debug file
  std::string loader;             // the path that the program names; "" if it has none
  std::string build_id;           // in hexadecimal; "" if it has none
};

class ElfModule {
 public:
  // Bad input, which names the file: it cannot be read, or is no ELF file.
  static Result<ElfModule> open(const std::string& path);
  ElfModule(ElfModule&&) noexcept;
  ElfModule& operator=(ElfModule&&) noexcept;
  ~ElfModule();

  const std::string& path() const;
  const ModuleFacts& facts() const;

  // Each address once. A name may have several: versions, or functions of several files that are not exported.
  std::vector<FunctionSymbol> functions_named(const std::string& name) const;
  // All that have code in the file, by address.
  const std::vector<FunctionSymbol>& functions() const;

  // Its bytes, and those before the next function; none if they are not in the file. They live as long as the module.
  FunctionCode code_of(const FunctionSymbol& function) const;
  // What the compiler has put elsewhere: NAME.cold and the like.
  std::vector<FunctionCode> parts_of(const FunctionSymbol& function) const;

 private:
  struct State;
  explicit ElfModule(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace heapstorm::code
