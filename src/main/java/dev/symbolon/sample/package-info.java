/// A stranger's application: the sample that `serve --demo` shows. It knows the server only over the wire.
@NullMarked
package dev.symbolon.sample;

import org.jspecify.annotations.NullMarked;
