// Two FlatBuffers schemas of users -> what a reader of one makes of tables of the other. comparison.cpp calls it for
// channels whose messages are such tables. The rules are FlatBuffers' own (flatc --conform), applied both ways, and
// stricter in two: a field that is renamed is another field, and a field that one side requires the other must have.
#pragma once

namespace sluice::descriptor {
struct Payload;
}

namespace sluice::detail {

struct Comparison;

/// Adds differences and additions; both must have passed verify_descriptor().
void compare_payloads(const descriptor::Payload& here, const descriptor::Payload& there, Comparison& found);

}  // namespace sluice::detail
