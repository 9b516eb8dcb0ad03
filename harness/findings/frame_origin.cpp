#include "harness/findings/frame_origin.h"

#include <algorithm>
#include <cctype>
#include <iterator>

namespace heapstorm {
namespace {

bool starts_with_any(std::string_view text, const auto& prefixes) {
  return std::any_of(std::begin(prefixes), std::end(prefixes),
                     [text](std::string_view prefix) { return text.starts_with(prefix); });
}

bool contains_any(std::string_view text, const auto& parts) {
  return std::any_of(std::begin(parts), std::end(parts),
                     [text](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

bool holds(const auto& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// `words`: each with a space before and behind it.
bool is_word_of(std::string_view words, std::string_view word) {
  if (word.empty() || word.find(' ') != std::string_view::npos) return false;
  return words.find(' ' + std::string(word) + ' ') != std::string_view::npos;
}

// The base names of modules that no program's author wrote.
bool is_runtime_module(std::string_view name) {
  static constexpr std::string_view prefixes[] = {
      "libc.so",      "libc-",      "libstdc++.so", "libc++.so",   "libc++abi.so", "libm.so",
      "libm-",        "libgcc_s",   "libpthread",   "libdl.so",    "librt.so",     "libunwind.so",
      "ld-linux",     "ld-musl",    "ld-2.",        "linux-vdso",  "[vdso]",       "[vsyscall]",
      "libclang_rt.", "libasan.so", "libtsan.so",   "libubsan.so", "liblsan.so",   "vgpreload_"};
  static constexpr std::string_view allocators[] = {"libmimalloc", "libjemalloc", "libtcmalloc", "libheapstorm_"};
  return starts_with_any(name, prefixes) || starts_with_any(name, allocators);
}

// What stands for libc, the C++ library and the sanitizers whatever file it is in.
bool is_runtime_name(std::string_view name) {
  static constexpr std::string_view prefixes[] = {
      "std::",  "__gnu_cxx::", "__libc_",        "__sanitizer",   "__asan",       "__tsan",          "__lsan",
      "__msan", "__ubsan",     "__interception", "__interceptor", "operator new", "operator delete", "___interceptor"};
  static constexpr std::string_view whole[] = {"malloc", "calloc", "realloc", "free"};
  return starts_with_any(name, prefixes) || holds(whole, name);
}

// Functions of libc that free, allocate, read or write for their caller, or call it back. A program may have one of the
// same name, so they count only where no file tells.
bool is_libc_name(std::string_view name) {
  static constexpr std::string_view prefixes[] = {"pthread_", "__pthread_", "__mem", "__str", "_dl_", "msort_with_tmp"};
  static constexpr std::string_view whole =
      " _start start_thread clone clone3 raise abort exit _exit __run_exit_handlers __cxa_finalize atexit"
      " qsort qsort_r __qsort_r _quicksort bsearch lfind tsearch tdelete twalk tfind ftw nftw getaddrinfo"
      " freeaddrinfo getline getdelim asprintf vasprintf reallocarray posix_memalign memalign valloc"
      " aligned_alloc pvalloc cfree free_sized fclose fopen fread fwrite puts printf fprintf vfprintf"
      " snprintf vsnprintf sprintf gsignal __assert_fail __stack_chk_fail __call_tls_dtors thrd_create"
      " asan_thread_start memcpy memmove memset memcmp memchr strlen strcpy strncpy strcat strdup strndup"
      " strcmp strncmp strchr strstr ";
  return starts_with_any(name, prefixes) || is_word_of(whole, name);
}

// Source names as glibc, libstdc++ and the sanitizers were compiled with.
bool is_runtime_file(std::string_view file) {
  static constexpr std::string_view prefixes[] = {"sysdeps/",
                                                  "nptl/",
                                                  "csu/",
                                                  "elf/dl-",
                                                  "elf/rtld",
                                                  "malloc/malloc.c",
                                                  "malloc/arena.c",
                                                  "malloc/hooks.c",
                                                  "stdlib/msort.c",
                                                  "stdlib/qsort.c",
                                                  "stdlib/bsearch",
                                                  "stdlib/exit.c",
                                                  "stdlib/abort.c",
                                                  "stdlib/cxa_",
                                                  "stdio-common/",
                                                  "libio/",
                                                  "asan_interceptors.cpp"};
  static constexpr std::string_view parts[] = {"compiler-rt/lib/", "libsanitizer/", "libstdc++-v3/", "libgcc/",
                                               "sysdeps/unix/"};
  const bool relative = !file.starts_with('/');
  return (relative && starts_with_any(file, prefixes)) || contains_any(file, parts) ||
         file.find("/glibc-2.") != std::string_view::npos;
}

bool is_header_of_system(std::string_view name, std::string_view file) {
  static constexpr std::string_view prefixes[] = {"/usr/include/", "/usr/lib/", "/usr/local/include/"};
  return name.starts_with("boost::") || starts_with_any(file, prefixes) ||
         file.find("/include/boost/") != std::string_view::npos;
}

// Programs of our tests and examples are made like a user's.
bool is_like_a_users(std::string_view file) {
  static constexpr std::string_view parts[] = {"/testdata/", "/examples/"};
  return contains_any(file, parts);
}

bool is_ours(std::string_view module, std::string_view name, std::string_view file) {
  static constexpr std::string_view names[] = {"heapstorm_",
                                               "heapstorm::heap::", "heapstorm::host::", "heapstorm::malloc_hooks::"};
  static constexpr std::string_view files[] = {"harness/heap/", "harness/host/", "harness/base/", "harness/abi/",
                                               "harness/malloc_hooks/"};
  return module == "target_host" || starts_with_any(name, names) || starts_with_any(file, files);
}

bool is_scaffolding(std::string_view name, std::string_view file) {
  return name.starts_with("heapstorm::target::") || file.starts_with("targets/common/");
}

bool is_shared_object(std::string_view name) {
  return name.starts_with("lib") && name.find(".so") != std::string_view::npos;
}

// A sanitizer's log has the name without its folder: then only a version tells an installed library.
bool is_installed(std::string_view module) {
  static constexpr std::string_view folders[] = {"/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/", "/usr/local/lib/"};
  const bool bare = module.find('/') == std::string_view::npos;
  return bare ? module.find(".so.") != std::string_view::npos : starts_with_any(module, folders);
}

FrameOrigin origin_of_module(std::string_view module) {
  if (!is_shared_object(base_name(module))) return FrameOrigin::program;
  return is_installed(module) ? FrameOrigin::installed_library : FrameOrigin::library;
}

// How late a person would want to read it.
int rank_of(const Frame& frame) {
  const bool has_line = !frame.file.empty();
  switch (origin_of(frame)) {
    case FrameOrigin::program:
      return !has_line ? 3 : qualified_name(frame.function) == "main" ? 2 : 0;
    case FrameOrigin::library:
      return has_line ? 1 : 4;
    case FrameOrigin::installed_library:
      return 5;
    case FrameOrigin::scaffolding:
      return 6;
    case FrameOrigin::headers:
      return 7;
    case FrameOrigin::runtime:
    case FrameOrigin::unknown:
      return 8;
    case FrameOrigin::ours:
      break;
  }
  return 9;
}

// The end of what begins with an opening bracket at `at`.
std::size_t end_of_brackets(std::string_view text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '(' || text[at] == '<' || text[at] == '[') ++depth;
    const bool closes = text[at] == ')' || text[at] == '>' || text[at] == ']';
    if (closes && --depth == 0) return at + 1;
  }
  return text.size();
}

bool is_identifier(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
}

// What follows may hold brackets and spaces of its own: "operator new[]", "operator<", "operator()".
bool is_operator(std::string_view function, std::size_t at) {
  constexpr std::string_view word = "operator";
  if (!function.substr(at).starts_with(word) || (at > 0 && is_identifier(function[at - 1]))) return false;
  return at + word.size() < function.size() && !is_identifier(function[at + word.size()]);
}

bool is_part_of_name(std::string_view function, std::size_t parenthesis) {
  return function.substr(parenthesis).starts_with("(anonymous ");
}

}  // namespace

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view qualified_name(std::string_view function) {
  std::size_t start = 0;
  std::size_t at = 0;
  while (at < function.size()) {
    if (is_operator(function, at)) {
      const std::size_t parameters = function.find('(', at + std::string_view("operator(").size());
      return function.substr(start, parameters == std::string_view::npos ? parameters : parameters - start);
    }
    if (function[at] == '(' && !is_part_of_name(function, at)) return function.substr(start, at - start);
    if (function[at] == '(' || function[at] == '<') {
      at = end_of_brackets(function, at);
      continue;
    }
    if (function[at] == ' ') start = at + 1;
    ++at;
  }
  return function.substr(start);
}

FrameOrigin origin_of(const Frame& frame) {
  const std::string_view module = base_name(frame.module), name = qualified_name(frame.function), file = frame.file;
  if (frame.function.empty() && frame.module.empty()) return FrameOrigin::unknown;
  if (is_runtime_module(module)) return FrameOrigin::runtime;
  if (is_like_a_users(file) && !is_runtime_name(name)) return origin_of_module(frame.module);
  if (is_ours(module, name, file)) return FrameOrigin::ours;
  if (is_scaffolding(name, file)) return FrameOrigin::scaffolding;
  if (is_runtime_name(name) || is_runtime_file(file)) return FrameOrigin::runtime;
  if (file.empty() && is_libc_name(name)) return FrameOrigin::runtime;
  if (is_header_of_system(name, file)) return FrameOrigin::headers;
  return origin_of_module(frame.module);
}

bool is_users_variable(const std::string& name, const std::string& module) {
  if (is_runtime_module(base_name(module)) || is_runtime_name(name)) return false;
  return !is_ours("", name, "");
}

const Frame* reading_frame(const std::vector<Frame>& stack) {
  const auto frame = std::min_element(
      stack.begin(), stack.end(), [](const Frame& left, const Frame& right) { return rank_of(left) < rank_of(right); });
  return frame == stack.end() ? nullptr : &*frame;
}

}  // namespace heapstorm
