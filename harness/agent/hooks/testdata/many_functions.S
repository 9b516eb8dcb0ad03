// Many functions with one body, for threads to call while they are hooked. Their first instructions are short and
// slow, so that most threads stand between two of them.
.intel_syntax noprefix
.text
.altmacro

.macro one number
.p2align 4, 0xcc
.type many_\number, @function
many_\number:
  push rbp
  pause
  pause
  mov rbp, rsp
  push rbx
  mov rbx, rdi
  lea rax, [rbx + 2 * rsi]
  pop rbx
  pop rbp
  ret
.size many_\number, . - many_\number
.endm

.macro address number
.quad many_\number
.endm

.set i, 0
.rept 100
one %i
.set i, i + 1
.endr

.section .data.rel.ro, "aw", @progbits
.p2align 3
.globl many_functions
many_functions:
.set i, 0
.rept 100
address %i
.set i, i + 1
.endr
.globl many_functions_count
many_functions_count: .quad 100

.section .note.GNU-stack, "", @progbits
