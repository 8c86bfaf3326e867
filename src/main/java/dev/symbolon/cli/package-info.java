/// The command line: `symbolon serve`, `client add`, `user add` …
@NullMarked
package dev.symbolon.cli;

import org.jspecify.annotations.NullMarked;
