/// A person's own page: what is known about them, how they sign in, and what they take back.
@NullMarked
package dev.symbolon.self;

import org.jspecify.annotations.NullMarked;
