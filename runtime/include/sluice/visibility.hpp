// Marks what the shared library exports: the functions and classes that headers or users reach in it.
// All else is compiled hidden, so that no program comes to depend on the inside.
#pragma once

#define SLUICE_API __attribute__((visibility("default")))
