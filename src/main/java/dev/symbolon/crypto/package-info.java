/// Secrets and keys: the only room that touches cryptography.
@NullMarked
package dev.symbolon.crypto;

import org.jspecify.annotations.NullMarked;
