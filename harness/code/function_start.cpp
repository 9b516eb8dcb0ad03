#include "harness/code/function_start.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/code/instruction.h"

namespace heapstorm::code {
namespace {

StartOfFunction refused(Refusal refusal, std::string detail) {
  StartOfFunction start;
  start.refusal = refusal;
  start.detail = std::move(detail);
  return start;
}

// Writes moved instructions one after another. Addresses are those of the module's file.
class Mover {
 public:
  explicit Mover(MovedCode& moved) : moved_(moved) {}

  void begin_instruction(std::size_t old_start) {
    moved_.old_starts[moved_.instruction_count] = static_cast<std::uint8_t>(old_start);
    moved_.new_starts[moved_.instruction_count] = moved_.size;
    ++moved_.instruction_count;
  }

  void copy(std::span<const std::uint8_t> bytes, const Instruction& instruction) {
    const std::size_t begin = moved_.size;
    for (const std::uint8_t byte : bytes.first(instruction.length)) add(byte);
    if (!instruction.relative_memory_at) return;
    add_fixup(HEAPSTORM_FIXUP_RELATIVE, begin + *instruction.relative_memory_at, moved_.size,
              instruction.relative_memory);
  }

  void jump(std::int64_t target) {
    add(0xe9);
    add_distance(target);
  }

  void branch(std::uint8_t condition, std::int64_t target) {
    add(0x0f);
    add(static_cast<std::uint8_t>(0x80 | condition));
    add_distance(target);
  }

  // To the place behind the original call, where unwinders know their way; so a call is a push and a jump:
  //   push [rip + here]; jump; here: the address
  void call(std::int64_t target, std::int64_t return_to) {
    push_literal(HEAPSTORM_JUMP_BYTES);
    jump(target);
    literal(return_to);
  }

  void call_through_memory(std::int64_t memory, std::int64_t return_to) {
    push_literal(6);
    jump_through_memory(memory);
    literal(return_to);
  }

  void jump_through_memory(std::int64_t memory) {
    add(0xff);
    add(0x25);
    add_distance(memory);
  }

 private:
  void add(std::uint8_t byte) { moved_.bytes[moved_.size++] = byte; }

  void add_fixup(heapstorm_code_fixup_kind kind, std::size_t at, std::size_t end, std::int64_t target) {
    moved_.fixups[moved_.fixup_count++] = {.target = target,
                                           .kind = static_cast<std::uint8_t>(kind),
                                           .at = static_cast<std::uint8_t>(at),
                                           .end = static_cast<std::uint8_t>(end),
                                           .unused = {}};
  }

  void add_distance(std::int64_t target) {
    const std::size_t at = moved_.size;
    for (int i = 0; i < 4; ++i) add(0);
    add_fixup(HEAPSTORM_FIXUP_RELATIVE, at, moved_.size, target);
  }

  void push_literal(std::uint8_t distance) {
    for (const int byte : {0xff, 0x35, int{distance}, 0, 0, 0}) add(static_cast<std::uint8_t>(byte));
  }

  void literal(std::int64_t value) {
    add_fixup(HEAPSTORM_FIXUP_ABSOLUTE, moved_.size, moved_.size, value);
    for (int i = 0; i < 8; ++i) add(0);
  }

  MovedCode& moved_;
};

bool ends_flow(Flow flow) {
  return flow == Flow::jump || flow == Flow::other_jump || flow == Flow::leave;
}

bool has_target(Flow flow) {
  return flow == Flow::jump || flow == Flow::branch || flow == Flow::short_branch;
}

class StartMover {
 public:
  explicit StartMover(const FunctionCode& function) : function_(function), mover_(start_.moved) {}

  StartOfFunction move(std::span<const FunctionCode> parts) {
    skip_endbr();
    while (start_.refusal == Refusal::none && start_.moved.length < HEAPSTORM_JUMP_BYTES) move_next();
    if (start_.refusal != Refusal::none) return start_;
    if (!over_) mover_.jump(address_at(start_.moved.length));
    std::copy_n(function_.bytes.begin(), start_.moved.skipped + start_.moved.length, start_.moved.old_bytes);
    look_for_jumps(function_, false);
    for (const FunctionCode& part : parts) look_for_jumps(part, true);
    return start_;
  }

 private:
  // Of what is `offset` bytes behind the place of the jump.
  std::int64_t address_at(std::size_t offset) const {
    return static_cast<std::int64_t>(function_.address + start_.moved.skipped + offset);
  }

  void refuse(Refusal refusal, std::string detail) {
    if (start_.refusal == Refusal::none) start_ = refused(refusal, std::move(detail));
  }

  void skip_endbr() {
    const auto first = decode(function_.bytes.first(function_.size), function_.address);
    if (first && first->is_endbr) start_.moved.skipped = first->length;
  }

  void move_next() {
    const std::size_t at = start_.moved.skipped + start_.moved.length;
    const bool is_behind = over_ || at >= function_.size;
    const std::span<const std::uint8_t> rest = function_.bytes.subspan(std::min(at, function_.bytes.size()));
    const auto instruction = decode(rest, function_.address + at);
    if (is_behind && at >= function_.size && (!instruction || !instruction->is_padding)) {
      return refuse(Refusal::too_short, fmt::format("{} bytes", function_.size));
    }
    if (!instruction) return refuse(Refusal::undecodable, fmt::format("at offset {}", at));
    // Behind a return nothing runs: what lies there may be overwritten, if nobody jumps to it. Behind a jump to what a
    // register says may lie what the register says.
    if (is_behind && jumps_anywhere_ && at < function_.size) {
      return refuse(Refusal::unmovable_instruction, fmt::format("a jump by a register before offset {}", at));
    }
    if (!is_behind) move_one(rest, *instruction, at);
    start_.moved.length = static_cast<std::uint8_t>(start_.moved.length + instruction->length);
    jumps_anywhere_ = jumps_anywhere_ || instruction->flow == Flow::other_jump;
    over_ = over_ || ends_flow(instruction->flow);
  }

  void move_one(std::span<const std::uint8_t> bytes, const Instruction& instruction, std::size_t at) {
    mover_.begin_instruction(at - start_.moved.skipped);
    const auto behind = static_cast<std::int64_t>(function_.address + at + instruction.length);
    if (instruction.is_unmovable) return refuse_unmovable(bytes, at);
    switch (instruction.flow) {
      case Flow::jump:
        return mover_.jump(instruction.target);
      case Flow::branch:
        return mover_.branch(instruction.condition, instruction.target);
      case Flow::call:
        over_ = true;  // it comes back to the function itself
        return mover_.call(instruction.target, behind);
      case Flow::other_call:
        // One through a register is so short that it may come back into what the jump overwrites.
        if (!instruction.is_memory_indirect) break;
        over_ = true;
        return mover_.call_through_memory(instruction.relative_memory, behind);
      case Flow::short_branch:
        break;
      case Flow::next:
      case Flow::other_jump:
      case Flow::leave:
        return mover_.copy(bytes, instruction);
    }
    refuse_unmovable(bytes, at);
  }

  void refuse_unmovable(std::span<const std::uint8_t> bytes, std::size_t at) {
    refuse(Refusal::unmovable_instruction, fmt::format("{} at offset {}", mnemonic(bytes), at));
  }

  void look_for_jumps(const FunctionCode& code, bool is_part) {
    for (std::size_t at = 0; at < code.size && start_.refusal == Refusal::none;) {
      const auto instruction = decode(code.bytes.first(code.size).subspan(at), code.address + at);
      const std::string place = fmt::format("{} {}", is_part ? "at offset of its other part" : "at offset", at);
      if (!instruction) return refuse(Refusal::undecodable, place);
      if (has_target(instruction->flow)) look_at_target(*instruction, place);
      at += instruction->length;
    }
  }

  void look_at_target(const Instruction& instruction, const std::string& place) {
    const std::int64_t start = address_at(0);
    if (instruction.target == start || instruction.target == static_cast<std::int64_t>(function_.address)) {
      refuse(Refusal::jump_to_start, place);
    } else if (instruction.target > start && instruction.target < address_at(start_.moved.length)) {
      refuse(Refusal::jump_into_start, place);
    }
  }

  const FunctionCode& function_;
  StartOfFunction start_;
  Mover mover_;
  bool jumps_anywhere_ = false;
  bool over_ = false;  // what follows is not reached from the instructions before
};

}  // namespace

StartOfFunction move_start(const FunctionCode& function, std::span<const FunctionCode> parts) {
  return StartMover(function).move(parts);
}

const char* to_words(Refusal refusal) {
  switch (refusal) {
    case Refusal::none:
      return "can be hooked";
    case Refusal::too_short:
      return "is shorter than a jump";
    case Refusal::undecodable:
      return "holds bytes that are no instruction";
    case Refusal::jump_into_start:
      return "jumps back into its first bytes";
    case Refusal::jump_to_start:
      return "jumps back to its start";
    case Refusal::unmovable_instruction:
      return "begins with an instruction that cannot be moved";
  }
  return "?";
}

}  // namespace heapstorm::code
