/// What the dashboard does, as JSON for scripts.
@NullMarked
package dev.symbolon.management;

import org.jspecify.annotations.NullMarked;
