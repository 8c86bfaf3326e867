@NullMarked
package dev.symbolon.trace;

import org.jspecify.annotations.NullMarked;
