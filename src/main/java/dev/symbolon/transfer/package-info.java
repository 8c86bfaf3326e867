/// A tenant as a file: what is in it goes out and comes in, line by line.
@NullMarked
package dev.symbolon.transfer;

import org.jspecify.annotations.NullMarked;
