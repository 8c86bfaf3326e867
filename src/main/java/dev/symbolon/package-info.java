@NullMarked
package dev.symbolon;

import org.jspecify.annotations.NullMarked;
