/// Who calls: how a client shows who it is, and what registering one means.
@NullMarked
package dev.symbolon.client;

import org.jspecify.annotations.NullMarked;
