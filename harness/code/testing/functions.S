// Functions whose first bytes are of every kind that a hook has to know. Each is for two numbers and returns one.
.intel_syntax noprefix
.text

.macro function name
.p2align 4, 0xcc
.globl \name
.type \name, @function
\name:
.endm
.macro finish name
.size \name, . - \name
.endm

function plain
  push rbp
  mov rbp, rsp
  lea rax, [rdi + 2 * rsi]
  pop rbp
  ret
finish plain

function after_endbr
  endbr64
  push rbp
  mov rbp, rsp
  lea rax, [rdi + 4 * rsi]
  pop rbp
  ret
finish after_endbr

function loads_datum
  mov rax, [rip + datum]
  add rax, rdi
  ret
finish loads_datum

// Its number lies behind the distance.
function compares_datum
  cmp dword ptr [rip + datum], 1000
  sete al
  movzx eax, al
  add rax, rdi
  ret
finish compares_datum

function address_of_datum
  lea rax, [rip + datum]
  sub rax, [rip + datum_address]
  add rax, rsi
  ret
finish address_of_datum

function tail_jump
  jmp plain
finish tail_jump

function tail_jump_through_memory
  jmp [rip + plain_address]
finish tail_jump_through_memory

function branches_far
  test rdi, rdi
  je 1f
  lea rax, [rdi + rsi]
  ret
  .skip 200, 0x90
1:
  mov rax, 77
  ret
finish branches_far

function branches_near
  test rdi, rdi
  jne 1f
  mov rax, 78
  ret
1:
  mov rax, rsi
  ret
finish branches_near

// The callee tells where it was called from.
function calls
  call return_address
  sub rax, [rip + calls_address]
  ret
finish calls

function calls_through_memory
  call [rip + return_address_address]
  sub rax, [rip + calls_through_memory_address]
  ret
finish calls_through_memory

function return_address
  mov rax, [rsp]
  ret
finish return_address

// The sum of 1 to the first number.
function recursive
  test rdi, rdi
  je 1f
  push rdi
  dec rdi
  call recursive
  pop rdi
  add rax, rdi
  ret
1:
  xor eax, eax
  ret
finish recursive

function short_before_padding
  lea eax, [rdi]
  ret
finish short_before_padding

function jump_over_the_rest
  jmp 1f
  .byte 0x0f, 0x1f, 0x40, 0x00
1:
  mov rax, 5
  ret
finish jump_over_the_rest

// ---- what cannot be hooked at its entry

.p2align 4, 0xcc
.globl short_before_another
.type short_before_another, @function
short_before_another:
  xor eax, eax
  ret
.size short_before_another, . - short_before_another
.globl short_neighbour
.type short_neighbour, @function
short_neighbour:
  inc eax
  mov rax, rdi
  ret
.size short_neighbour, . - short_neighbour

function jumps_into_start
  xor eax, eax
1:
  add rax, rsi
  dec rdi
  jne 1b
  ret
finish jumps_into_start

function loops_to_start
1:
  dec rdi
  jne 1b
  mov rax, rsi
  ret
finish loops_to_start

function begins_with_jrcxz
  mov ecx, edi
  jrcxz 1f
  mov rax, rsi
  ret
1:
  mov rax, 9
  ret
finish begins_with_jrcxz

function loads_by_short_address
  .byte 0x67, 0x48, 0x8b, 0x05, 0x10, 0, 0, 0 // mov rax, [eip + 16]
  ret
finish loads_by_short_address

function jumps_by_a_register
  lea rax, [rip + 1f]
  jmp rax
1:
  mov rax, rdi
  ret
finish jumps_by_a_register

function jumps_by_a_register_at_once
  jmp rdi
  mov rax, rdi
  ret
finish jumps_by_a_register_at_once

function calls_a_register
  mov rax, rdi
  call rax
  ret
finish calls_a_register

function holds_no_instruction
  mov rax, rdi
  nop dword ptr [rax]
  ret
  .byte 0x06, 0x06
finish holds_no_instruction

function begins_with_none
  .byte 0x06
  nop dword ptr [rax]
  ret
finish begins_with_none

function with_cold_part
  mov rax, rdi
  test rsi, rsi
  jne with_cold_part.cold
  ret
finish with_cold_part

function with_cold_part.cold
  jmp with_cold_part + 3
finish with_cold_part.cold

function with_harmless_part
  mov rax, rdi
  test rsi, rsi
  jne with_harmless_part.cold
1:
  ret
finish with_harmless_part

function with_harmless_part.cold
  inc rax
  ret
finish with_harmless_part.cold

.data
.globl datum
datum: .quad 1000
datum_address: .quad datum
plain_address: .quad plain
return_address_address: .quad return_address
calls_address: .quad calls
calls_through_memory_address: .quad calls_through_memory

.section .note.GNU-stack, "", @progbits
