/// Where people come from: connections to other servers, and the one guarded way out to them.
@NullMarked
package dev.symbolon.connection;

import org.jspecify.annotations.NullMarked;
