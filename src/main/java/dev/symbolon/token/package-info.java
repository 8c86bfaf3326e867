/// The token endpoint (RFC 6749 §3.2).
@NullMarked
package dev.symbolon.token;

import org.jspecify.annotations.NullMarked;
