/// What an installation has to hold: `symbolon.yaml`, the demo, and how a house is brought to it.
@NullMarked
package dev.symbolon.seed;

import org.jspecify.annotations.NullMarked;
