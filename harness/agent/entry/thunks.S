// Where the calls of hooked functions arrive: one thunk for each hook, which says which, and what they have in common.
//
// A thunk may change nothing that a function of its kind may not change: it saves the registers of arguments, and what is
// compiled of the agent uses no others than the general ones (-mgeneral-regs-only). CFI, so that unwinders pass through.
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
  .cfi_endproc
.size heapstorm_agent_thunks, . - heapstorm_agent_thunks

// On entry: the hook's number, the return address. Registers are as the caller has left them.
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
  push rbx
  push rax
  push r9
  push r8
  push rcx
  push rdx
  push rsi
  push rdi
  // before(number, arguments, return address): the function to call, or 0
  mov rdi, [rbp + 8]
  mov rsi, rsp
  mov rdx, [rbp + 16]
  mov rbx, rsp
  and rsp, -16
  call heapstorm_agent_before
  mov r11, rax
  mov rdi, [rbx]
  mov rsi, [rbx + 8]
  mov rdx, [rbx + 16]
  mov rcx, [rbx + 24]
  mov r8, [rbx + 32]
  mov r9, [rbx + 40]
  mov rax, [rbx + 48]
  test r11, r11
  je 1f
  // Arguments on the stack, if there are any.
  push [rbp + 64]
  push [rbp + 56]
  push [rbp + 48]
  push [rbp + 40]
  push [rbp + 32]
  push [rbp + 24]
  call r11
  add rsp, 48
  jmp 2f
1:
  xor eax, eax
2:
  // after(number, arguments, result): the result
  mov rdi, [rbp + 8]
  mov rsi, rbx
  mov rdx, rax
  call heapstorm_agent_after
  mov rbx, [rbp - 8]
  mov rsp, rbp
  pop rbp
  .cfi_def_cfa rsp, 16
  add rsp, 8
  .cfi_def_cfa_offset 8
  ret
  .cfi_endproc
.size heapstorm_agent_arrival, . - heapstorm_agent_arrival

.section .note.GNU-stack, "", @progbits
