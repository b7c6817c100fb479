#include "subjects.hpp"

#include <algorithm>

namespace bench {

namespace {

std::vector<Subject> all_subjects() {
  std::vector<Subject> all;
  for (const auto part : {sluice_subjects, line_subjects, ring_subjects, memcpy_subjects, futex_subjects,
                          articles_subjects, pipe_subjects, seqpacket_subjects, posix_mq_subjects, growing_subjects}) {
    for (Subject& subject : part()) all.push_back(std::move(subject));
  }
  for (const auto part : peers()) {
    for (Subject& subject : part()) all.push_back(std::move(subject));
  }
  return all;
}

}  // namespace

const std::vector<Subject>& subjects() {
  static const std::vector<Subject> all = all_subjects();
  return all;
}

const Subject* find_subject(const std::string& name) {
  const auto found =
      std::find_if(subjects().begin(), subjects().end(), [&](const Subject& subject) { return subject.name == name; });
  return found == subjects().end() ? nullptr : &*found;
}

}  // namespace bench
