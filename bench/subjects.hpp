// The table of all subjects, and of those that this build had to leave out.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "subject.hpp"

namespace bench {

// One function for each file of subjects/.
std::vector<Subject> articles_subjects();
std::vector<Subject> futex_subjects();
std::vector<Subject> growing_subjects();
std::vector<Subject> line_subjects();
std::vector<Subject> memcpy_subjects();
std::vector<Subject> pipe_subjects();
std::vector<Subject> posix_mq_subjects();
std::vector<Subject> ring_subjects();
std::vector<Subject> seqpacket_subjects();
std::vector<Subject> sluice_subjects();

/// The functions of those that need a library, as far as it was found.
std::vector<std::vector<Subject> (*)()> peers();

/// All subjects of this build.
const std::vector<Subject>& subjects();
/// Name of the subject or null.
const Subject* find_subject(const std::string& name);
/// Title and reason of each that could not be built.
std::vector<std::pair<std::string, std::string>> missing_subjects();

}  // namespace bench
