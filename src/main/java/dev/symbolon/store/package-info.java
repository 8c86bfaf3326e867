/// The promises: all SQL of the house. One method is one transaction and one promise; times and ids are arguments.
@NullMarked
package dev.symbolon.store;

import org.jspecify.annotations.NullMarked;
