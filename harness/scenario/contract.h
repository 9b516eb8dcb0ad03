// A Contract: which functions of a program allocate and free, who owns a block, and which blocks count. It is data, for
// programs that are not ours: a JSON file (contract.schema.json), one of ours or the user's own.
//
// Plain values, safe to share once read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/result.h"

namespace heapstorm {

// What a function does with blocks, and where its arguments say so: positions count from 1, 0 means that none does.
struct ContractFunction {
  enum class Role : std::uint8_t { allocates, frees, reallocates, makes_heap };

  std::string name;  // as a symbol table has it
  Role role = Role::allocates;
  std::uint32_t pointer = 0;  // the block; of `allocates`: where its address is written to, else it is what is returned
  std::uint32_t size_bytes = 0;  // its size
  std::uint32_t count = 0;       // times the size, as in calloc
  std::uint32_t heap = 0;        // the heap that it is taken from
  bool is_required = false;      // without it the contract is of no use
  bool operator==(const ContractFunction&) const = default;
};

enum class OwnerRule : std::uint8_t {
  allocating_thread,  // the thread that allocates a block owns it
  chunk_word,     // the first word of the block's aligned chunk is its heap; a function says which heap is the thread's
  heap_argument,  // a heap is made by a thread, and its blocks are that thread's
};

struct Contract {
  std::string name;
  std::string summary;  // a sentence without its full stop
  OwnerRule owner = OwnerRule::allocating_thread;
  // Of chunk_word.
  std::uint64_t chunk_bytes = 0;  // a power of two
  std::string heap_of_thread;     // the function's name

  std::vector<ContractFunction> functions;
  // Only blocks count that were allocated through one of these functions or modules; none: all do.
  std::vector<std::string> through;
  bool needs_through = false;  // of no use before the user has named some
  bool operator==(const Contract&) const = default;
};

// The error names file and line of every mistake. `file`: for messages.
Result<Contract> parse_contract(const std::string& text, const std::string& file);
Result<Contract> load_contract(const std::string& file);

// "allocates"
const char* to_string(ContractFunction::Role role);

}  // namespace heapstorm
