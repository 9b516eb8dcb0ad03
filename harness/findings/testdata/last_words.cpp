// Makes glibc and libstdc++ say their last words: one case for each, chosen by its number. Each is what a program does
// to a block, and the message that glibc 2.36 has for it stands in last_words.stderr, in the same order.
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <vector>

static volatile std::size_t zero = 0;
using Words = volatile std::size_t*;
static Words words(void* block) { return static_cast<Words>(block); }

// As many frees as a thread's own cache of small blocks takes; the next goes to the arena.
static std::array<void*, 16> blocks;
static void fill_cache(std::size_t size) {
  for (void*& block : blocks) block = std::malloc(size);
  for (int i = 0; i < 7; ++i) std::free(blocks[i]);
}

static void twice_in_cache() { void* b = std::malloc(24); std::free(b); std::free(b); }
static void twice_in_fast_list() { fill_cache(24); std::free(blocks[8]); std::free(blocks[8]); }
static void twice_in_arena() { void* b = std::malloc(2000); (void)std::malloc(16); std::free(b); std::free(b); }
static void twice_at_top() { void* b = std::malloc(2000); std::free(b); std::free(b); }
static void beyond_arena() { auto b = words(std::malloc(2000)); b[-1] = 0x10000001; std::free(const_cast<std::size_t*>(b)); }
static void unaligned() { std::free(static_cast<char*>(std::malloc(64)) + zero + 1); }
static void tiny() { auto b = words(std::malloc(64)); b[-1] = 0x11; std::free(const_cast<std::size_t*>(b)); }
static void next_size() { auto b = words(std::malloc(2000)); (void)std::malloc(16); b[2008 / 8] = 1; std::free(const_cast<std::size_t*>(b)); }
static void next_size_of_fast() { fill_cache(24); words(blocks[8])[3] = 1; std::free(blocks[8]); }
static void of_mapping() { auto b = words(std::malloc(1 << 20)); b[-1] = 0x1002 | 0x20; std::free(const_cast<std::size_t*>(b)); }
static void realloc_of_wrong() { (void)!std::realloc(static_cast<char*>(std::malloc(64)) + zero + 1, 100); }
static void realloc_of_wrong_size() { auto b = words(std::malloc(64)); b[-1] = 9; (void)!std::realloc(const_cast<std::size_t*>(b), 1000); }
static void realloc_before_wrong() { auto b = words(std::malloc(64)); b[9] = 0; (void)!std::realloc(const_cast<std::size_t*>(b), 1000); }
static void top_size() { auto b = words(std::malloc(24)); b[3] = ~std::size_t{0} / 2; (void)std::malloc(1 << 16); (void)std::malloc(1 << 30 >> 12); }
static void list_of_cache() {
  auto a = std::malloc(24); auto b = words(std::malloc(24));
  std::free(a); std::free(const_cast<std::size_t*>(b));
  b[0] = b[0] ^ 1;  // written to after its free
  (void)std::malloc(24); (void)std::malloc(24);
}
static void unsorted_size() { auto b = words(std::malloc(2000)); (void)std::malloc(16); std::free(const_cast<std::size_t*>(b)); b[-1] = 8; (void)std::malloc(3000); }
static void unsorted_next() { auto b = words(std::malloc(2000)); (void)std::malloc(16); std::free(const_cast<std::size_t*>(b)); b[2008 / 8 - 1] = 0; (void)std::malloc(3000); }
static void unsorted_links() { auto b = words(std::malloc(2000)); (void)std::malloc(16); std::free(const_cast<std::size_t*>(b)); b[1] = reinterpret_cast<std::size_t>(&blocks); (void)std::malloc(3000); }
static void back_consolidation() {
  auto a = words(std::malloc(2000)); void* b = std::malloc(2000); (void)std::malloc(16);
  std::free(const_cast<std::size_t*>(a)); a[-1] = 0x21; std::free(b);
}
static void double_links() {
  auto a = words(std::malloc(2000)); void* b = std::malloc(2000); (void)std::malloc(16);
  std::free(const_cast<std::size_t*>(a)); a[0] = reinterpret_cast<std::size_t>(&blocks); std::free(b);
}
static void small_links() {
  fill_cache(1000);
  auto b = words(blocks[8]);
  std::free(const_cast<std::size_t*>(b));
  (void)std::malloc(4000);
  b[1] = reinterpret_cast<std::size_t>(&blocks);
  for (int i = 0; i < 8; ++i) (void)std::malloc(1000);
}
static void forward_consolidation() {
  void* a = std::malloc(2000); auto b = words(std::malloc(2000)); (void)std::malloc(16);
  std::free(const_cast<std::size_t*>(b)); b[-1] += 32; std::free(a);
}
static void unsorted_next_size() { auto b = words(std::malloc(2000)); (void)std::malloc(16); std::free(const_cast<std::size_t*>(b)); b[2008 / 8] = 1; (void)std::malloc(3000); }
static void list_of_fast() {
  fill_cache(24); auto b = words(blocks[8]); std::free(blocks[9]); std::free(blocks[8]);
  b[0] = b[0] ^ 1;
  for (int i = 0; i < 9; ++i) (void)std::malloc(24);
}
static void assertion() { assert(zero == 1); }
static void exception() { throw std::runtime_error("no"); }
static void forgotten_thread() { std::thread thread([] {}); }
struct Base { virtual ~Base() = default; Base() { call(); } void call(); virtual void pure() = 0; };
struct Derived : Base { void pure() override {} };
void Base::call() { pure(); }
static void pure_call() { Derived derived; }
__attribute__((noinline)) static void fill(char* place, std::size_t size) { std::memset(place, 'x', size); }
__attribute__((noinline)) static void smash() { char place[16]; fill(place, 64 + zero); std::puts(place); }
static void beyond_object() { static char place[8]; std::strcpy(place, zero == 0 ? "longer than eight" : ""); std::puts(place); }
static void beyond_vector() { std::vector<int> empty; std::printf("%d", empty[zero]); }

static constexpr std::array cases = {twice_in_cache, twice_in_fast_list, twice_in_arena, twice_at_top, beyond_arena, unaligned, tiny,
    next_size, next_size_of_fast, of_mapping, realloc_of_wrong, realloc_of_wrong_size, realloc_before_wrong, top_size, list_of_cache,
    unsorted_size, unsorted_next, unsorted_links, back_consolidation, double_links, small_links, forward_consolidation, unsorted_next_size, list_of_fast,
    assertion, exception,
    forgotten_thread, pure_call, smash, beyond_object, beyond_vector};

int main(int, char** arguments) {
  const auto number = static_cast<std::size_t>(std::atoi(arguments[1]));
  if (number >= cases.size()) return 9;
  cases[number]();
}
