/// What every endpoint needs from HTTP, and the pages that a person sees.
@NullMarked
package dev.symbolon.web;

import org.jspecify.annotations.NullMarked;
