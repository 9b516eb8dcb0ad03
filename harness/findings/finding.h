// A Finding: one deduplicated defect, whoever saw it. A plain value. Every string in it may have come from a target
// that corrupts memory on purpose: valid UTF-8 is guaranteed, harmlessness is not; reporters escape.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heapstorm {

// An access below this address is one through a null pointer, to a member say. Linux maps nothing there
// (vm.mmap_min_addr).
constexpr std::uint64_t null_neighbourhood_bytes = 65536;

struct Frame {
  std::string function;  // "" if unknown
  std::string file;      // "" if unknown; relative to the tree that built it where that is known
  std::uint32_t line = 0;
  std::string module;        // path of the executable or shared object, "" if unknown
  std::uint64_t offset = 0;  // in the module's file; the address itself if the module is unknown
  bool operator==(const Frame&) const = default;
};

// How far a stack goes.
enum class StackEnd : std::uint8_t {
  whole,     // to its thread's start, or nothing is known to the contrary
  left_out,  // its outermost frames are left out: there were more than are kept
  lost,      // it could not be followed further, or not at all: through code without frame pointers, say
};

struct Side {
  std::string thread;  // its name, "" if unknown
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  bool exited = false;
  std::optional<std::uint32_t> connection;  // number in the plan
  std::string action;                       // "handshake", "message 3", "" if none
  std::string text;                         // the thread's free-text context
  std::vector<Frame> stack;                 // innermost first
  StackEnd stack_end = StackEnd::whole;
  std::string deed;  // "written by", where the witness says it; "": as the kind has it (deeds.h)
  bool operator==(const Side&) const = default;
};

struct Block {
  std::uint64_t address = 0;
  std::optional<std::uint64_t> size;  // none: no block is known there; tag and age are then unknown, too
  std::string tag;
  std::uint64_t age_ms = 0;
  std::string state;  // "live", "quarantined", "freed", "moved", "unknown"
  // Of a pointer that is not the start of a block, where it lies: "arena (+ 96)", "the stack of worker-1"; "" if
  // unknown.
  std::string lies_in{};
  bool operator==(const Block&) const = default;
};

struct Witness {
  std::string source;
  std::string kind;
  bool operator==(const Witness&) const = default;
};

struct Finding {
  std::string kind;  // "foreign_free", ..., "asan:heap-use-after-free", "crash"
  std::string fingerprint;
  std::string severity;  // "error" or "warning"
  std::uint64_t count = 1;
  std::uint64_t at_ms = 0;  // first seen, since the target's start
  std::string summary;      // one line for a person
  std::optional<Block> block;
  std::optional<Side> owner;
  std::optional<Side> freed;  // double_free, use_after_free: the first free
  std::optional<Side> offender;
  std::vector<Side> handoffs;  // legal transfers before it, oldest first; `thread` is the receiver
  // The global or static that still refers to the block, or that a data race is on (there also where the
  // heap block comes from: "block from chat::make_room room.cpp"); "" if none was found.
  std::string held_by;
  std::string source;     // "owner_heap", "asan", "tsan", "valgrind", "signal", "exit", "protocol"
  bool expected = false;  // set by the verdict
  bool damaged = false;   // parts of the record did not make sense
  std::vector<Witness>
      witnesses{};  // who saw it and what each called it, `source` first; empty if that is the only one
  bool operator==(const Finding&) const = default;
};

}  // namespace heapstorm
