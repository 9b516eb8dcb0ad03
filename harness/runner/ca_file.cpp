#include "harness/runner/ca_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "harness/files/text_file.h"
#include "harness/storm/tls_settings.h"

namespace heapstorm {
namespace {

constexpr std::size_t file_limit_bytes = 4u << 20;  // every CA that a browser knows is 200 KiB

}  // namespace

Result<std::string> read_ca_file(const std::string& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) return Error::bad_input(file + " is a folder, not a file");
  errno = 0;
  if (!std::ifstream(file)) return Error::bad_input("cannot open " + file + ": " + std::strerror(errno));
  std::string pem = read_text(file, file_limit_bytes);
  const Status checked = check_tls({.verify = true, .ca_pem = pem, .server_name = ""});
  if (!checked) return Error::bad_input(file + " " + checked.error().message);
  return pem;
}

}  // namespace heapstorm
