/// What a first-party application does for a person in its own pages.
@NullMarked
package dev.symbolon.direct;

import org.jspecify.annotations.NullMarked;
