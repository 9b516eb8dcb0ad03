// Result<T>: a value, or the reason why there is none. For what can go wrong outside our code: bad input and the
// environment.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "harness/base/check.h"

namespace heapstorm {

// Which of the command line's exit codes an error leads to.
enum class ErrorKind {
  bad_input,    // exit 2: the user's file or arguments; `message` names the file and the place
  environment,  // exit 3: ports, processes, descriptors, disk
};

struct Error {
  ErrorKind kind = ErrorKind::bad_input;
  std::string message;  // one or more lines, no trailing newline

  static Error bad_input(std::string message) { return {ErrorKind::bad_input, std::move(message)}; }
  static Error environment(std::string message) { return {ErrorKind::environment, std::move(message)}; }
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}  // NOLINT(google-explicit-constructor): `return value;` is the point
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return std::holds_alternative<T>(state_); }
  bool ok() const { return std::holds_alternative<T>(state_); }

  const T& value() const& {
    HEAPSTORM_CHECK(ok());
    return std::get<T>(state_);
  }
  T& value() & {
    HEAPSTORM_CHECK(ok());
    return std::get<T>(state_);
  }
  T&& value() && {
    HEAPSTORM_CHECK(ok());
    return std::get<T>(std::move(state_));
  }
  const Error& error() const {
    HEAPSTORM_CHECK(!ok());
    return std::get<Error>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

struct Success {};
using Status = Result<Success>;

}  // namespace heapstorm
