/// The one guarded way out to other servers: where it may go, how long it may take, how much is read.
@NullMarked
package dev.symbolon.outbound;

import org.jspecify.annotations.NullMarked;
