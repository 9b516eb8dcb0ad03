// Where the calls of hooked functions arrive: one thunk for each hook, which says which, and what they have in common.
//
// A function of an allocator may not notice that it was hooked, nor its caller: all general registers reach it as they were,
// and reach the caller as the function has left them (a compiler may know that a function in its own module spares some).
// What is compiled of the agent uses no others (-mgeneral-regs-only). Of arguments on the stack 48 bytes are handed on. With
// CFI, so that exceptions and unwinders pass through.
.intel_syntax noprefix
.text

.set i, 0
.altmacro
.macro thunk number
.p2align 4
  .cfi_def_cfa_offset 8
  endbr64
  push \number
  .cfi_def_cfa_offset 16
  jmp heapstorm_agent_arrival
.endm

// Of 16 bytes each, for HEAPSTORM_HOOK_FUNCTIONS; see dispatch.cpp.
.p2align 4
.globl heapstorm_agent_thunks
.hidden heapstorm_agent_thunks
.type heapstorm_agent_thunks, @function
heapstorm_agent_thunks:
  .cfi_startproc
.rept 512
  thunk %i
.set i, i + 1
.endr
  .org heapstorm_agent_thunks + 512 * 16 // an error if one is longer
  .cfi_endproc
.size heapstorm_agent_thunks, . - heapstorm_agent_thunks

// On entry: the hook's number, the return address, arguments on the stack.
.p2align 4
.type heapstorm_agent_arrival, @function
heapstorm_agent_arrival:
  .cfi_startproc
  .cfi_def_cfa_offset 16
  push rbp
  .cfi_def_cfa_offset 24
  .cfi_offset rbp, -24
  mov rbp, rsp
  .cfi_def_cfa_register rbp
  push rax      // -8
  push r9       // -16
  push r8       // -24
  push rcx      // -32
  push rdx      // -40
  push rsi      // -48
  push rdi      // -56: here begin the Arguments
  push r10      // -64
  push r11      // -72
  push 0        // -80: the function to call
  and rsp, -16
  // before(number, arguments, return address): that function, or 0
  mov rdi, [rbp + 8]
  lea rsi, [rbp - 56]
  mov rdx, [rbp + 16]
  call heapstorm_agent_before
  test rax, rax
  je 1f
  mov [rbp - 80], rax
  push [rbp + 64]
  push [rbp + 56]
  push [rbp + 48]
  push [rbp + 40]
  push [rbp + 32]
  push [rbp + 24]
  mov rdi, [rbp - 56]
  mov rsi, [rbp - 48]
  mov rdx, [rbp - 40]
  mov rcx, [rbp - 32]
  mov r8, [rbp - 24]
  mov r9, [rbp - 16]
  mov rax, [rbp - 8]
  mov r10, [rbp - 64]
  mov r11, [rbp - 72]
  call [rbp - 80]
  jmp 2f
1:
  xor eax, eax
2:
  lea rsp, [rbp - 80]
  push rax      // -88
  push rdx      // -96
  push rcx      // -104
  push rsi      // -112
  push rdi      // -120
  push r8       // -128
  push r9       // -136
  push r10      // -144
  push r11      // -152
  and rsp, -16
  // after(number, arguments, result)
  mov rdi, [rbp + 8]
  lea rsi, [rbp - 56]
  mov rdx, rax
  call heapstorm_agent_after
  mov rax, [rbp - 88]
  mov rdx, [rbp - 96]
  mov rcx, [rbp - 104]
  mov rsi, [rbp - 112]
  mov rdi, [rbp - 120]
  mov r8, [rbp - 128]
  mov r9, [rbp - 136]
  mov r10, [rbp - 144]
  mov r11, [rbp - 152]
  mov rsp, rbp
  pop rbp
  .cfi_def_cfa rsp, 16
  lea rsp, [rsp + 8]
  .cfi_def_cfa_offset 8
  ret
  .cfi_endproc
.size heapstorm_agent_arrival, . - heapstorm_agent_arrival

.section .note.GNU-stack, "", @progbits
