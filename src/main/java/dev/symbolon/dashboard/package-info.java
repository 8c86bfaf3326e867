/// The operator's rooms: pages, made on the server, signed in to through the product itself.
@NullMarked
package dev.symbolon.dashboard;

import org.jspecify.annotations.NullMarked;
