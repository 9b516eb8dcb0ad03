#include "harness/runner/target/external_target.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string_view>
#include <system_error>

#include "harness/files/text_file.h"
#include "harness/runner/ca_file.h"
#include "harness/runner/target/sanitizer_environment.h"
#include "harness/storm/free_port.h"
#include "harness/storm/ready_probe.h"

namespace heapstorm {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t probe_deadline_ms = 500;
constexpr std::uint32_t look_every_ms = 20;  // each look is a connection that the target sees
constexpr int first_bad_status = 400;
constexpr std::size_t max_line_bytes = 1024;  // std::regex recurses once for each letter
constexpr std::uint64_t stdout_searched_bytes = 4u << 20;
constexpr std::size_t stderr_searched_bytes = 64u << 10;

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return text;
}

}  // namespace

ExternalTarget::ExternalTarget(const TargetSpec& target, const RunOptions& options)
    : command_(*target.command),
      options_(options),
      workers_(target.workers),
      endpoint_{.address = command_.endpoint.address,
                .port = 0,
                .allow_remote = has(options.allowed_remotes, command_.endpoint.address)} {
  if (!command_.tls) return;
  endpoint_.tls = TlsSettings{.verify = command_.tls->verify, .ca_pem = "", .server_name = command_.tls->server_name};
}

TargetName ExternalTarget::name() const {
  return {fs::path(command_.command.front()).filename().string(), "command"};
}

std::uint32_t ExternalTarget::poll_ms() const {
  return look_every_ms;
}

Result<ProcessOptions> ExternalTarget::command() {
  if (const Status chosen = choose_port(); !chosen) return chosen.error();
  auto process = words();
  if (!process) return process;
  std::vector<std::string>& command = process.value().command;
  const std::vector<std::string> watcher = valgrind_command(options_.valgrind, options_.directory);
  command.insert(command.begin(), watcher.begin(), watcher.end());
  auto& environment = process.value().environment;
  for (auto& variable : make_sanitizer_environment(options_))
    environment.insert(environment.begin(), std::move(variable));
  return process;
}

Status ExternalTarget::choose_port() {
  if (const Status allowed = check_endpoint(endpoint_); !allowed) return allowed;
  stdout_read_bytes_ = 0;
  if (command_.endpoint.port) {
    endpoint_.port = *command_.endpoint.port;
    if (port_is_free(endpoint_)) return Success{};
    return Error::environment("port " + std::to_string(endpoint_.port) +
                              " is taken by another server; ${PORT} in the endpoint chooses a free one");
  }
  const auto port = find_free_port(endpoint_);
  if (!port) return Error::environment("found no free port at " + endpoint_.address);
  endpoint_.port = *port;
  return Success{};
}

std::string ExternalTarget::filled_in(std::string text) const {
  replace_all(text, port_placeholder, std::to_string(endpoint_.port));
  replace_all(text, workers_placeholder, std::to_string(workers_));
  replace_all(text, scratch_placeholder, fs::absolute(options_.directory.file("scratch")).lexically_normal().string());
  return text;
}

Result<ProcessOptions> ExternalTarget::words() const {
  std::error_code error;
  if (!command_.working_directory.empty() && !fs::is_directory(command_.working_directory, error)) {
    return Error::environment("the target's working directory is no folder: " + command_.working_directory);
  }
  ProcessOptions process;
  std::string all;
  for (const std::string& word : command_.command) {
    process.command.push_back(filled_in(word));
    all += word;
  }
  for (const auto& [name, value] : command_.environment) {
    process.environment.emplace_back(name, filled_in(value));
    all += value;
  }
  if (command_.tls) all += command_.tls->ca_file;
  if (all.find(scratch_placeholder) != std::string::npos) {
    fs::create_directories(options_.directory.file("scratch"), error);
    if (error) return Error::environment("cannot make " + options_.directory.file("scratch") + ": " + error.message());
  }
  process.working_directory = command_.working_directory;
  process.stdout_file = options_.directory.file("target.stdout");
  process.stderr_file = options_.directory.file("target.stderr");
  return process;
}

bool ExternalTarget::is_listening() {
  switch (command_.ready.kind) {
    case ReadySign::Kind::tcp:
      return accepts_connections(endpoint_, probe_deadline_ms);
    case ReadySign::Kind::stdout_line:
      return has_said_ready();
    case ReadySign::Kind::http: {
      const auto status = http_status(endpoint_, command_.ready.text, probe_deadline_ms);
      return status && *status < first_bad_status;
    }
  }
  return false;
}

Status ExternalTarget::prepare_clients() {
  if (!command_.tls || !command_.tls->verify) return Success{};
  auto pem = read_ca_file(filled_in(command_.tls->ca_file));
  if (!pem) return Error::environment("target.tls.ca_file: " + pem.error().message);
  endpoint_.tls->ca_pem = std::move(pem.value());
  return Success{};
}

// Goes on where it stopped the last time, so that a target that talks a lot is not read again and again.
bool ExternalTarget::has_said_ready() {
  std::ifstream file(options_.directory.file("target.stdout"), std::ios::binary);
  file.seekg(static_cast<std::streamoff>(stdout_read_bytes_));
  const std::regex sign(filled_in(command_.ready.text));
  std::string line;
  while (stdout_read_bytes_ < stdout_searched_bytes && std::getline(file, line) && !file.eof()) {
    stdout_read_bytes_ += line.size() + 1;
    if (line.size() > max_line_bytes) line.resize(max_line_bytes);
    if (std::regex_search(line, sign)) return true;
  }
  return false;
}

bool ExternalTarget::has_lost_its_port() const {
  if (command_.endpoint.port) return false;
  const std::string words = lower(read_text(options_.directory.file("target.stderr"), stderr_searched_bytes) +
                                  read_text(options_.directory.file("target.stdout"), stderr_searched_bytes));
  constexpr std::array<std::string_view, 3> signs{"address already in use", "address in use", "eaddrinuse"};
  return std::any_of(signs.begin(), signs.end(),
                     [&](std::string_view sign) { return words.find(sign) != std::string::npos; });
}

}  // namespace heapstorm
