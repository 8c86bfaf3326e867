/// The command line: `symbolon serve`, `client add`, `user add` …, and `symbolon.yaml`.
@NullMarked
package dev.symbolon.cli;

import org.jspecify.annotations.NullMarked;
