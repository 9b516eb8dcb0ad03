#include "harness/matrix/attempt_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

namespace heapstorm {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema = "heapstorm.matrix-attempts/1";

std::string to_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json to_json(const MatrixAttempt& attempt) {
  return {{"row", attempt.row},
          {"scenario", attempt.scenario},
          {"detector", attempt.detector},
          {"seed", attempt.seed},
          {"kinds", attempt.kinds},
          {"failed", attempt.failed},
          {"duration_ms", attempt.duration_ms},
          {"storm_ms", attempt.storm_ms}};
}

std::optional<MatrixAttempt> from_json(const Json& json) {
  try {
    MatrixAttempt attempt;
    json.at("row").get_to(attempt.row);
    json.at("scenario").get_to(attempt.scenario);
    json.at("detector").get_to(attempt.detector);
    json.at("seed").get_to(attempt.seed);
    json.at("kinds").get_to(attempt.kinds);
    json.at("failed").get_to(attempt.failed);
    json.at("duration_ms").get_to(attempt.duration_ms);
    json.at("storm_ms").get_to(attempt.storm_ms);
    return attempt;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

Result<std::string> read_all(int fd, const std::string& path) {
  std::string text;
  char buffer[65536];
  while (true) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error::environment(path + ": " + std::strerror(errno));
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

}  // namespace

Result<AttemptLog> AttemptLog::open(const std::string& path, const std::string& made_by) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (fd.get() < 0) return Error::environment(path + ": " + std::strerror(errno));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return Error::environment(path + ": another matrix is being made here");
  AttemptLog log(path, std::move(fd));
  if (const Status read = log.read(made_by); !read) return read.error();
  return log;
}

Status AttemptLog::read(const std::string& made_by) {
  auto text = read_all(fd_.get(), path_);
  if (!text) return text.error();
  const std::string& lines = text.value();
  std::size_t begin = 0;
  for (std::size_t number = 1; begin < lines.size(); ++number) {
    const std::size_t end = lines.find('\n', begin);
    if (end == std::string::npos) break;
    const Json json = Json::parse(lines.begin() + static_cast<std::ptrdiff_t>(begin),
                                  lines.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
    if (number == 1) {
      if (!json.is_object() || json.value("schema", Json()) != schema) {
        return Error::bad_input(fmt::format("{}:1: is no list of a matrix's attempts", path_));
      }
      if (json.value("made_by", Json()) != made_by) {
        return Error::bad_input(fmt::format(
            "{}: was made with another heapstorm or other targets; choose another --out, or remove it", path_));
      }
    } else if (auto attempt = from_json(json)) {
      attempts_.push_back(std::move(*attempt));
    } else {
      return Error::bad_input(fmt::format("{}:{}: is no attempt", path_, number));
    }
    begin = end + 1;
  }
  const auto whole = static_cast<off_t>(begin);
  if (::ftruncate(fd_.get(), whole) != 0 || ::lseek(fd_.get(), whole, SEEK_SET) != whole) {
    return Error::environment(path_ + ": " + std::strerror(errno));
  }
  return begin > 0 ? Status(Success{}) : write_line(to_line({{"schema", schema}, {"made_by", made_by}}));
}

Status AttemptLog::append(MatrixAttempt attempt) {
  if (const Status written = write_line(to_line(to_json(attempt))); !written) return written;
  attempts_.push_back(std::move(attempt));
  return Success{};
}

// A full disk may take a part of the line, which is taken back.
Status AttemptLog::write_line(const std::string& line) {
  const off_t begin = ::lseek(fd_.get(), 0, SEEK_CUR);
  std::size_t written = 0;
  while (written < line.size()) {
    const ssize_t wrote = ::write(fd_.get(), line.data() + written, line.size() - written);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) {
      Error error = Error::environment(path_ + ": " + std::strerror(errno));
      if (::ftruncate(fd_.get(), begin) == 0) ::lseek(fd_.get(), begin, SEEK_SET);
      return error;
    }
    written += static_cast<std::size_t>(wrote);
  }
  return Success{};
}

}  // namespace heapstorm
