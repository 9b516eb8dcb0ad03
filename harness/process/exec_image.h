// What execve needs, built before the fork, because nothing may be allocated after it.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace heapstorm {

class ExecImage {
 public:
  using Variables = std::vector<std::pair<std::string, std::string>>;

  // A command without a slash is looked up in PATH; one that is not found stays as it is, and execve says why.
  ExecImage(const std::vector<std::string>& command, const Variables& added);
  ExecImage(const ExecImage&) = delete;
  ExecImage& operator=(const ExecImage&) = delete;

  const char* path() const { return path_.c_str(); }
  char* const* arguments() const { return argument_pointers_.data(); }
  char* const* environment() const { return variable_pointers_.data(); }

 private:
  std::string path_;
  std::vector<std::string> arguments_, variables_;
  std::vector<char*> argument_pointers_, variable_pointers_;
};

}  // namespace heapstorm
