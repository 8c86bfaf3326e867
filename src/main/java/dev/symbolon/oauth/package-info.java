/// The vocabulary: what the standards name, as values. Pure Java, no clock, no chance, no input or output.
@NullMarked
package dev.symbolon.oauth;

import org.jspecify.annotations.NullMarked;
