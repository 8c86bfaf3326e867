/// The pages that a person sees on the way.
@NullMarked
package dev.symbolon.login;

import org.jspecify.annotations.NullMarked;
