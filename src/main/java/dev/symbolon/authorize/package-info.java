/// The authorization endpoint (RFC 6749 §3.1).
@NullMarked
package dev.symbolon.authorize;

import org.jspecify.annotations.NullMarked;
