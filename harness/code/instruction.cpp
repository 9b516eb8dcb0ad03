#include "harness/code/instruction.h"

#include <Zydis/Zydis.h>

namespace heapstorm::code {
namespace {

ZydisDecoder make_decoder() {
  ZydisDecoder decoder;
  ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
  return decoder;
}

bool is_short_only(const ZydisDecodedInstruction& raw) {
  switch (raw.mnemonic) {
    case ZYDIS_MNEMONIC_JRCXZ:
    case ZYDIS_MNEMONIC_JECXZ:
    case ZYDIS_MNEMONIC_LOOP:
    case ZYDIS_MNEMONIC_LOOPE:
    case ZYDIS_MNEMONIC_LOOPNE:
    case ZYDIS_MNEMONIC_XBEGIN:  // long enough, but with an opcode of its own
      return true;
    default:
      return false;
  }
}

Flow relative_flow(const ZydisDecodedInstruction& raw) {
  if (is_short_only(raw)) return Flow::short_branch;
  if (raw.meta.category == ZYDIS_CATEGORY_CALL) return Flow::call;
  return raw.meta.category == ZYDIS_CATEGORY_UNCOND_BR ? Flow::jump : Flow::branch;
}

Flow other_flow(const ZydisDecodedInstruction& raw) {
  switch (raw.meta.category) {
    case ZYDIS_CATEGORY_CALL:
      return Flow::other_call;
    case ZYDIS_CATEGORY_UNCOND_BR:
      return Flow::other_jump;
    case ZYDIS_CATEGORY_RET:
      return Flow::leave;
    default:
      return raw.mnemonic == ZYDIS_MNEMONIC_UD2 || raw.mnemonic == ZYDIS_MNEMONIC_HLT ? Flow::leave : Flow::next;
  }
}

bool is_padding(const ZydisDecodedInstruction& raw) {
  return raw.meta.category == ZYDIS_CATEGORY_NOP || raw.meta.category == ZYDIS_CATEGORY_WIDENOP ||
         raw.mnemonic == ZYDIS_MNEMONIC_INT3;
}

// Relative to the end of the instruction, as all such distances are.
std::int64_t after(const Instruction& instruction, std::uint64_t address, std::int64_t distance) {
  return static_cast<std::int64_t>(address) + instruction.length + distance;
}

void note_memory(const ZydisDecodedInstruction& raw, const ZydisDecodedOperand* operands, std::uint64_t address,
                 Instruction& instruction) {
  for (std::size_t i = 0; i < raw.operand_count; ++i) {
    const ZydisDecodedOperand& operand = operands[i];
    if (operand.type != ZYDIS_OPERAND_TYPE_MEMORY) continue;
    instruction.is_unmovable |= operand.mem.base == ZYDIS_REGISTER_EIP;
    if (operand.mem.base != ZYDIS_REGISTER_RIP) continue;
    instruction.relative_memory_at = raw.raw.disp.offset;
    instruction.relative_memory = after(instruction, address, raw.raw.disp.value);
  }
  const bool is_jump = instruction.flow == Flow::other_call || instruction.flow == Flow::other_jump;
  instruction.is_memory_indirect = is_jump && instruction.relative_memory_at.has_value();
}

}  // namespace

std::optional<Instruction> decode(std::span<const std::uint8_t> bytes, std::uint64_t address) {
  static const ZydisDecoder decoder = make_decoder();
  ZydisDecodedInstruction raw;
  ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
  if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, bytes.data(), bytes.size(), &raw, operands))) return std::nullopt;
  Instruction instruction;
  instruction.length = raw.length;
  instruction.is_endbr = raw.mnemonic == ZYDIS_MNEMONIC_ENDBR64;
  instruction.is_padding = is_padding(raw) && !instruction.is_endbr;
  if (raw.raw.imm[0].is_relative != 0) {
    instruction.flow = relative_flow(raw);
    instruction.target = after(instruction, address, raw.raw.imm[0].value.s);
    instruction.condition = raw.opcode & 0xf;
    instruction.is_unmovable = raw.raw.imm[0].size == 16;
  } else {
    instruction.flow = other_flow(raw);
  }
  note_memory(raw, operands, address, instruction);
  return instruction;
}

std::string mnemonic(std::span<const std::uint8_t> bytes) {
  ZydisDisassembledInstruction text;
  const bool is_one =
      ZYAN_SUCCESS(ZydisDisassembleIntel(ZYDIS_MACHINE_MODE_LONG_64, 0, bytes.data(), bytes.size(), &text));
  return is_one ? ZydisMnemonicGetString(text.info.mnemonic) : "?";
}

}  // namespace heapstorm::code
