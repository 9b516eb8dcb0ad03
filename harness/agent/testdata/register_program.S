// Ends with 0 if a function that it calls finds all registers and arguments as the caller has set them, and if the caller
// finds all as the function has left them; else with the number of the first that is not.
.intel_syntax noprefix
.text

.macro expect register value number
  mov qword ptr [rip + failed], \number
  cmp \register, \value
  jne fail
.endm

.p2align 4
.type register_get, @function
register_get:
  expect rdi, 101, 1
  expect rsi, 102, 2
  expect rdx, 103, 3
  expect rcx, 104, 4
  expect r8, 105, 5
  expect r9, 106, 6
  expect rax, 107, 7
  expect r10, 108, 8
  expect r11, 109, 9
  mov rax, [rsp + 8]
  expect rax, 110, 10
  mov rax, [rsp + 48]
  expect rax, 115, 11
  movq rax, xmm0
  expect rax, 116, 12
  movq rax, xmm15
  expect rax, 117, 13
  mov rax, 201
  mov rdx, 202
  mov rcx, 203
  mov rsi, 204
  mov rdi, 205
  mov r8, 206
  mov r9, 207
  mov r10, 208
  mov r11, 209
  ret
.size register_get, . - register_get

.p2align 4
.type register_put, @function
register_put:
  mov rax, rdi
  ret
.size register_put, . - register_put

.p2align 4
.globl main
.type main, @function
main:
  push rbx
  mov rax, 116
  movq xmm0, rax
  mov rax, 117
  movq xmm15, rax
  push 115
  push 114
  push 113
  push 112
  push 111
  push 110
  mov rbx, 300
  mov rdi, 101
  mov rsi, 102
  mov rdx, 103
  mov rcx, 104
  mov r8, 105
  mov r9, 106
  mov rax, 107
  mov r10, 108
  mov r11, 109
  call register_get
  add rsp, 48
  expect rax, 201, 21
  expect rdx, 202, 22
  expect rcx, 203, 23
  expect rsi, 204, 24
  expect rdi, 205, 25
  expect r8, 206, 26
  expect r9, 207, 27
  expect r10, 208, 28
  expect r11, 209, 29
  expect rbx, 300, 30
  mov rdi, 1
  call register_put
  xor eax, eax
  pop rbx
  ret

fail:
  mov rdi, [rip + failed]
  mov eax, 60
  syscall
.size main, . - main

.data
failed: .quad 0

.section .note.GNU-stack, "", @progbits
