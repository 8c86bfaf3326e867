/// What a person sees: pages, their words in ten languages, and the look.
@NullMarked
package dev.symbolon.page;

import org.jspecify.annotations.NullMarked;
