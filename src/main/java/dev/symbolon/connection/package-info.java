/// Where people come from: connections to other servers, and what is believed of what they say.
@NullMarked
package dev.symbolon.connection;

import org.jspecify.annotations.NullMarked;
